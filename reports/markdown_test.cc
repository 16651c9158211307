#include <gtest/gtest.h>

#include "reports/fixed_report_test.h"
#include "reports/format.h"

namespace ingress_check {
namespace {

constexpr std::size_t longest_comment = 65'536;  ///< characters that GitHub takes

std::string markdown(const Report& report) { return find_format("markdown")->render(report, {}); }

Report with_checks(std::size_t passes, std::size_t failures) {
  Report report = sample_report();
  auto& checks = report.scenarios[0].checks;
  const CheckReport pass = checks[0], failure = checks[1];
  checks.assign(passes, pass);
  checks.insert(checks.end(), failures, failure);
  return report;
}

TEST(Markdown, CutsWhatPassedBeforeWhatFailed) {
  const std::string text = markdown(with_checks(5000, 20));
  EXPECT_LT(text.size(), longest_comment);
  EXPECT_NE(text.find("checks that passed. The other reports have all."), text.npos);
  std::size_t details = 0;
  for (auto at = text.find("### ❌"); at != text.npos; at = text.find("### ❌", at + 1)) ++details;
  EXPECT_EQ(details, 20u) << "every failure is told in full";
  EXPECT_GT(text.size(), 50'000u) << "no more is cut than must be";
}

TEST(Markdown, StaysWithinTheLimitWhateverThereIs) {
  for (const std::size_t failures : {200u, 20'000u}) {
    const std::string text = markdown(with_checks(100, failures));
    EXPECT_LT(text.size(), longest_comment);
    EXPECT_NE(text.find("100 checks that passed"), text.npos);
    EXPECT_NE(text.find("failures in full"), text.npos);
  }
}

TEST(Markdown, SaysNothingOfCuttingWhereNothingWasCut) {
  EXPECT_EQ(markdown(fixed_report()).find("Left out"), std::string::npos);
}

TEST(Markdown, WhatAServerSaysIsCode) {
  Report report = sample_report();
  auto& verdict = report.scenarios[0].checks[1].verdict;
  verdict.summary = "answered <img src=x> @everyone [a](http://evil.example)";
  verdict.findings[0].actual = "a | b `c` ``d`` <b>";
  const std::string text = markdown(report);
  EXPECT_NE(text.find("`answered <img src=x> @everyone [a](http://evil.example)`"), text.npos);
  verdict.summary = "a | b";
  EXPECT_NE(markdown(report).find("| `a \\| b` |\n"), text.npos) << "in a table";
  EXPECT_NE(text.find("- actual: ```a | b `c` ``d`` <b>```\n"), text.npos) << text;
}

}  // namespace
}  // namespace ingress_check
