#include "reports/report.h"

#include <gtest/gtest.h>

#include "reports/format.h"
#include "reports/load_sample_test.h"

namespace ingress_check {
namespace {

using Kind = Verdict::Kind;

CheckReport check(Kind kind, std::optional<std::string> expected_to_fail = {}) {
  CheckReport one;
  one.check = one.name = "routing";
  one.verdict.kind = kind;
  one.expected_to_fail = std::move(expected_to_fail);
  return one;
}

Report report(std::vector<CheckReport> checks) {
  Report all;
  all.scenarios.emplace_back().checks = std::move(checks);
  return all;
}

TEST(ExitStatus, IsTheFirstThatApplies) {
  EXPECT_EQ(exit_status(report({check(Kind::pass)}), {}), 0);
  EXPECT_EQ(exit_status(report({check(Kind::pass), check(Kind::fail)}), {}), 1);
  EXPECT_EQ(exit_status(report({check(Kind::pass), check(Kind::inconclusive)}), {}), 4);
  EXPECT_EQ(exit_status(report({check(Kind::inconclusive), check(Kind::fail)}), {}), 1);
  Report broken = report({check(Kind::fail)});
  broken.scenarios[0].error = Error{"unreachable", "", {}, false};
  EXPECT_EQ(exit_status(broken, {}), 3);
  broken.interrupted = 2;
  EXPECT_EQ(exit_status(broken, {}), 130);
}

TEST(ExitStatus, NothingJudgedIsNeverFine) {
  EXPECT_EQ(exit_status(report({}), {}), 4);
  EXPECT_EQ(exit_status(report({check(Kind::not_supported)}), {}), 4);
  CheckReport skipped = check(Kind::pass);
  skipped.skipped = true;
  EXPECT_EQ(exit_status(report({skipped}), {}), 4);
  CheckReport unjudged = check(Kind::pass);
  unjudged.judged = false;
  EXPECT_EQ(exit_status(report({check(Kind::pass), unjudged}), {}), 4);
}

TEST(ExitStatus, ExpectFailTurnsTheVerdictAround) {
  EXPECT_EQ(exit_status(report({check(Kind::fail, "known")}), {}), 0);
  EXPECT_EQ(exit_status(report({check(Kind::pass, "known")}), {}), 1);
  EXPECT_EQ(exit_status(report({check(Kind::inconclusive, "known")}), {}), 4);
}

TEST(ExitStatus, ExpectFailExcusesNoOutage) {
  auto one = check(Kind::fail, "known");
  one.verdict.findings.emplace_back().exchange.emplace().outcome = Outcome::ok;
  EXPECT_EQ(exit_status(report({check(Kind::pass), one}), {}), 0);
  one.verdict.findings.emplace_back().exchange.emplace().outcome = Outcome::reset;
  EXPECT_TRUE(one.counts_as_failure());
  EXPECT_FALSE(one.counts_as_pass());
  EXPECT_EQ(exit_status(report({check(Kind::pass), one}), {}), 1);
  one.verdict.findings.back().exchange->outcome = Outcome::tls_error;
  EXPECT_TRUE(one.counts_as_pass());
}

TEST(ExitStatus, PoliciesCount) {
  EXPECT_EQ(exit_status(report({check(Kind::pass), check(Kind::inconclusive)}), {true, false}), 1);
  EXPECT_EQ(exit_status(report({check(Kind::pass), check(Kind::not_supported)}), {}), 0);
  EXPECT_EQ(exit_status(report({check(Kind::pass), check(Kind::not_supported)}), {false, true}), 1);
}

/// A report with a secret in every place where text of ours or of a server can stand.
Report with_secret(const std::string& secret) {
  CheckReport one = check(Kind::fail);
  Finding finding;
  finding.subject = "GET /?token=" + secret;
  finding.actual = "body with " + secret;
  finding.request = Request{};
  finding.request->headers.add("Authorization", "Bearer " + secret);
  finding.request->headers.add("X-Api-Key", secret);
  finding.request->body = secret;
  finding.exchange = Exchange{};
  finding.exchange->status = 200;
  finding.exchange->sent.add("Cookie", "session=" + secret + "; theme=dark");
  finding.exchange->headers.add("Set-Cookie", "session=" + secret + "; Path=/");
  finding.exchange->body = "echo " + secret;
  one.verdict.findings = {finding};
  one.verdict.summary = secret;
  one.verdict.notes = {secret};
  one.verdict.diagnoses = {{"cause", secret, secret, "", ""}};
  one.reproduce = {"curl -H 'X: " + secret + "'"};
  one.loads = {{secret, sample_reply()}};  // some formats print the names of loads alone
  Report all = report({one});
  all.command_line = "ingress-check run --set TOKEN=" + secret;
  return all;
}

TEST(Redact, LeavesNoSecretInAnyFormat) {
  const std::string secret = "s3cr3t/with+signs";
  for (const auto* format : all_formats()) {
    const std::string before = format->render(with_secret(secret), {});
    EXPECT_NE(before.find(secret), std::string::npos)
        << format->name << ": the test would not notice a leak";
    const std::string text = format->render(redact(with_secret(secret), {{"TOKEN", secret}}), {});
    EXPECT_EQ(text.find(secret), std::string::npos) << format->name << "\n" << text;
    EXPECT_NE(text.find("$TOKEN"), std::string::npos) << format->name;
  }
}

TEST(Redact, HidesCookiesAndCredentialsWithoutBeingTold) {
  const std::string text = find_format("json")->render(redact(with_secret("abcdef"), {}), {});
  EXPECT_EQ(text.find("session=abcdef"), std::string::npos);
  EXPECT_EQ(text.find("Bearer abcdef"), std::string::npos);
  EXPECT_NE(text.find("session=[redacted]; theme=[redacted]"), std::string::npos);
  EXPECT_NE(text.find("session=[redacted]; Path=/"), std::string::npos);
}

TEST(Redact, FindsEncodedForms) {
  Report all = report({check(Kind::fail)});
  all.scenarios[0].checks[0].verdict.notes = {"s3cr3t%2Fwith%2Bsigns",
                                              "Basic dXNlcg==, czNjcjN0L3dpdGgrc2lnbnM="};
  all = redact(std::move(all), {{"TOKEN", "s3cr3t/with+signs"}});
  EXPECT_EQ(all.scenarios[0].checks[0].verdict.notes[0], "$TOKEN");
  EXPECT_EQ(all.scenarios[0].checks[0].verdict.notes[1].find("czNjcjN0L3dp"), std::string::npos);
}

}  // namespace
}  // namespace ingress_check
