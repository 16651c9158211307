// How differences are told, and what is said beside them.
#include <gtest/gtest.h>

#include "checks/routing/same/two_ingresses_test.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace {

using practice::TwoIngresses;

Verdict compared(const TwoIngresses& two, const std::string& yaml) {
  return practice::compare(checks::same, yaml, two).verdict;
}

bool mentions(const Verdict& verdict, const std::string& text) {
  return std::ranges::any_of(verdict.not_shown, [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
}

TEST(SameWords, WhereNothingIsRoutedNothingIsCompared) {
  const auto none = compared({}, "requests: [/nowhere, /nothing]");
  EXPECT_EQ(none.kind, Verdict::Kind::inconclusive) << practice::told(none);
  EXPECT_NE(none.summary.find("is the host right?"), std::string::npos) << none.summary;
  TwoIngresses two;
  two.old.twist = two.fresh.twist = [](const Request& request, Exchange& exchange) {
    if (request.method == "HEAD") exchange.body.clear(), exchange.body_size = 0;
  };
  const auto head = compared(two, "requests: [{path: /nowhere, method: HEAD}, /nothing]");
  EXPECT_EQ(head.kind, Verdict::Kind::inconclusive) << practice::told(head);
  const auto some = compared({}, "requests: [/app1, /nowhere]");
  EXPECT_EQ(some.kind, Verdict::Kind::pass) << practice::told(some);
  EXPECT_TRUE(mentions(some, "neither old nor new has a route for 1 of 2 requests"));
  EXPECT_FALSE(mentions(compared({}, "requests: [/app1]"), "has a route"));
}

/// 404 by the application is an answer like any other.
TEST(SameWords, AnApplicationsOwn404IsCompared) {
  TwoIngresses two;
  two.old.twist =
      two.fresh.twist = [](const Request&, Exchange& exchange) { exchange.status = 404; };
  EXPECT_EQ(compared(two, "requests: [/app1]").kind, Verdict::Kind::pass);
}

TEST(SameWords, ADiagnosisCountsTheRequestsOfAllItsKinds) {
  TwoIngresses two;
  two.fresh.rules.hosts[0].redirect_to_https = true;
  const auto verdict = compared(two, "requests: [/app1, /app2, /app2/x]");
  ASSERT_EQ(verdict.findings.size(), 2U) << practice::told(verdict);
  ASSERT_EQ(verdict.diagnoses.size(), 1U);
  EXPECT_NE(verdict.diagnoses[0].text.find("3 of 3 requests"), std::string::npos)
      << verdict.diagnoses[0].text;
}

TEST(SameWords, AHeaderThatThePodDoesNotSee) {
  TwoIngresses two;
  two.fresh.twist = [](const Request&, Exchange& exchange) {
    if (exchange.seen) exchange.seen->headers.add("X-Amzn-Trace-Id", "1");
  };
  const auto verdict = compared(two, "requests: [/app1]");
  ASSERT_EQ(verdict.findings.size(), 1U) << practice::told(verdict);
  EXPECT_EQ(verdict.findings[0].expected, "the pod sees no header x-amzn-trace-id, as old answers");
}

TEST(SameWords, ACertificateThatDoesNotVerifyIsNamed) {
  TwoIngresses two;
  two.fresh.twist = [](const Request&, Exchange& exchange) {
    exchange.outcome = Outcome::tls_error;
    exchange.detail = "certificate has expired";
    exchange.tls.emplace().verify_error = "certificate has expired";
  };
  const auto verdict = compared(two, "requests: [/app1]");
  ASSERT_EQ(verdict.diagnoses.size(), 1U) << practice::told(verdict);
  EXPECT_EQ(verdict.diagnoses[0].cause, "no-answer");
  EXPECT_TRUE(verdict.diagnoses[0].fix.starts_with(
      "The certificate of new does not verify (certificate has expired)"))
      << verdict.diagnoses[0].fix;
}

}  // namespace
}  // namespace ingress_check
