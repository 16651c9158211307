#include <gtest/gtest.h>

#include <set>

#include "reports/fixed_report_test.h"
#include "reports/format.h"
#include "reports/human/html/parts.h"
#include "reports/human/html/template.h"

namespace ingress_check {
namespace {

std::string html(const Report& report) { return find_format("html")->render(report, {}); }

/// Notes the names that the template asks for and nobody gives: they would be empty without a word.
class Probe : public kainjow::mustache::context<std::string> {
 public:
  using context::context;
  const html::Data* get(const std::string& name) const override {
    const auto* found = context::get(name);
    if (!found) missing.insert(name);
    return found;
  }
  mutable std::set<std::string> missing;
};

TEST(Html, EveryNameOfTheTemplateIsGiven) {
  const html::Data page = html::page_of(fixed_report());
  Probe probe(&page);
  kainjow::mustache::mustache form{std::string(page_templates().front().text)};
  ASSERT_TRUE(form.is_valid()) << form.error_message();
  form.render(probe);
  for (const auto& name : probe.missing) ADD_FAILURE() << name;
}

TEST(Html, LeavesNoTagOfItsTemplate) {
  const std::string page = html(fixed_report());
  EXPECT_EQ(page.find("{{"), page.npos);
  EXPECT_EQ(page.find("}}"), page.npos);
}

TEST(Html, NeedsNothingElse) {
  const std::string page = html(fixed_report());
  for (const auto* foreign :
       {"<script", " src=", "href=\"http", "url(", "@import", "<link", "<iframe"})
    EXPECT_EQ(page.find(foreign), page.npos) << foreign;
  EXPECT_NE(page.find("default-src 'none'"), page.npos) << "the browser is told so";
}

TEST(Html, VerdictsThenFindingsThenCharts) {
  const std::string page = html(fixed_report());
  const char* order[] = {
      "<h1>",         "id=\"checks\"", "id=\"what\"",  "id=\"untested\"", "id=\"findings\"",
      "id=\"loads\"", "<svg",          "id=\"proved\""};
  std::size_t at = 0;
  for (const auto* part : order) {
    const auto next = page.find(part, at);
    ASSERT_NE(next, page.npos) << part;
    at = next;
  }
}

TEST(Html, FirstPageSaysWhatIsSigned) {
  const std::string page = html(fixed_report());
  const std::string front = page.substr(0, page.find("id=\"findings\""));
  for (const auto* part :
       {"<dt>Routes</dt><dd>2 in 1 check</dd>", "2026-01-01 00:00:00 UTC", "ingress-check 0.1.0",
        "0123456789ab, seed 7", "<dt>SHA-256</dt><dd>aaaaaaaa",
        "http://frieza.dev at 127.0.0.1:8080", "no client certificate was given",
        "only for aws-alb", "what other hosts do", "nobody listens on 10.0.0.8:443"})
    EXPECT_NE(front.find(part), front.npos) << part;
}

TEST(Html, TheHeadlineIsThatOfTheChecks) {
  Report report = sample_report();
  EXPECT_NE(html(report).find("<span class=\"bad\">Failed: 1 check</span>"), std::string::npos);
  report.scenarios[0].checks.erase(report.scenarios[0].checks.begin() + 1);
  report.exit_status = 3;  // another report could not be written
  EXPECT_NE(html(report).find("<span class=\"open\">Open: "), std::string::npos);
  report.policy.inconclusive_fails = true;
  EXPECT_NE(html(report).find("<span class=\"bad\">Failed: 1 check</span>"), std::string::npos);
  report.scenarios[0].checks.resize(2);
  EXPECT_NE(html(report).find("<span class=\"good\">Passed</span>"), std::string::npos);
}

TEST(Html, EveryLinkHasItsPlace) {
  const std::string page = html(fixed_report());
  int links = 0;
  for (auto at = page.find("href=\"#"); at != page.npos;
       at = page.find("href=\"#", at + 1), ++links) {
    const std::string id = page.substr(at + 7, page.find('"', at + 7) - at - 7);
    EXPECT_NE(page.find("id=\"" + id + "\""), page.npos) << id;
  }
  EXPECT_GE(links, 7);
}

TEST(Html, ALongRunStaysSmall) {
  Report report = fixed_report();
  auto& load = report.scenarios[1].checks[0].loads[1].reply;
  while (load.seconds.size() < 600) load.seconds.push_back(load.seconds[load.seconds.size() % 20]);
  while (load.pods.size() < 20) load.pods.push_back(load.pods[0]);
  EXPECT_LT(html(report).size(), 300'000u);
}

}  // namespace
}  // namespace ingress_check
