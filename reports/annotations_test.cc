#include "reports/annotations.h"

#include <gtest/gtest.h>

#include "reports/fixed_report_test.h"

namespace ingress_check {
namespace {

std::size_t lines(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

TEST(Annotations, NameTheLineOfTheScenario) {
  const std::string text = annotations(fixed_report());
  EXPECT_NE(text.find("::error file=shop.yaml,line=8,col=34,title=fail%3A routes http=2::"
                      "1 of 2 routes is answered by another service%0AGET http://frieza.dev/app2"
                      "%0Aexpected: service app2%0A"),
            text.npos)
      << text;
  EXPECT_NE(text.find("::warning file=shop.yaml,line=5,col=5,title=inconclusive%3A origin::"),
            text.npos)
      << text;
  EXPECT_NE(text.find("nobody listens on 10.0.0.8:443%0Astart it"), text.npos);
}

TEST(Annotations, TheTenthSaysHowManyMoreThereAre) {
  Report report = sample_report();
  const CheckReport failure = report.scenarios[0].checks[1];
  report.scenarios[0].checks.assign(10, failure);
  EXPECT_EQ(lines(annotations(report), "::error "), 10u);
  EXPECT_EQ(annotations(report).find("more: see the report"), std::string::npos);
  report.scenarios[0].checks.assign(25, failure);
  EXPECT_EQ(lines(annotations(report), "::error "), 10u);
  EXPECT_NE(annotations(report).find("and 16 more: see the report\n"), std::string::npos);
}

TEST(Annotations, TextCannotBecomeACommand) {
  Report report = sample_report();
  auto& check = report.scenarios[0].checks[1];
  check.name = "a,b::c\n::add-mask::x";
  check.verdict.summary = "100%\n::stop-commands::x";
  const std::string text = annotations(report);
  EXPECT_EQ(text.find("\n::add-mask"), text.npos) << text;
  EXPECT_EQ(text.find("\n::stop-commands"), text.npos) << text;
  EXPECT_NE(text.find("title=fail%3A a%2Cb%3A%3Ac\\n%3A%3Aadd-mask%3A%3Ax http=2::100%25"),
            text.npos)
      << text;
}

TEST(Annotations, WhatPassedSaysNothing) {
  Report report = sample_report();
  report.scenarios[0].checks.resize(1);
  EXPECT_EQ(annotations(report), "");
}

}  // namespace
}  // namespace ingress_check
