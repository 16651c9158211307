// What one side never does and the other now and then.
#include "checks/routing/same/sometimes.h"

#include <gtest/gtest.h>

#include "checks/routing/same/two_ingresses_test.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace {

using practice::TwoIngresses;
using Twist = std::function<void(const Request&, Exchange&)>;

/// Every answer but each third (or fourth) to /app1, in turn.
Twist most_of(int every, std::function<void(Exchange&)> change) {
  return [=, asked = 0](const Request& request, Exchange& exchange) mutable {
    if (request.url.path == "/app1" && ++asked % every != 0) change(exchange);
  };
}

void fails(Exchange& exchange) {
  exchange.status = 500;
  exchange.who = {};
  exchange.seen.reset();
}

Verdict compared(const TwoIngresses& two, const std::string& words = "") {
  return practice::compare(checks::same, "requests: [/app1, /app2]" + words, two).verdict;
}

void expect_failure(const Verdict& verdict, const std::string& cause, const std::string& words) {
  ASSERT_EQ(verdict.kind, Verdict::Kind::fail) << practice::told(verdict);
  EXPECT_EQ(verdict.diagnoses.at(0).cause, cause);
  EXPECT_NE(verdict.findings.at(0).actual.find(words), std::string::npos)
      << practice::told(verdict);
}

TEST(SameSometimes, FishersTest) {
  EXPECT_NEAR(same::all_on_one_side(4, 16), 1820.0 / 35960, 1e-12);
  EXPECT_NEAR(same::all_on_one_side(12, 16), 1820.0 / 225792840, 1e-12);
  EXPECT_EQ(same::all_on_one_side(0, 16), 1);
}

TEST(SameSometimes, AStatusThatChanceDoesNotExplain) {
  TwoIngresses two;
  two.fresh.twist = most_of(4, fails);
  const auto verdict = compared(two);
  expect_failure(verdict, "status-differs", "500 in 12 of 16");
  EXPECT_NE(verdict.findings.at(0).expected.find("in 16 of 16"), std::string::npos);
}

TEST(SameSometimes, AnswersThatAreMissing) {
  TwoIngresses two;
  two.fresh.twist = most_of(4, [](Exchange& exchange) { exchange.outcome = Outcome::reset; });
  expect_failure(compared(two), "no-answer", "in 12 of 16");
  two.fresh.twist = most_of(4, [](Exchange& exchange) { exchange.outcome = Outcome::timeout; });
  expect_failure(compared(two), "timeout-differs", "in 12 of 16");
  two.fresh.twist = most_of(4, [](Exchange& exchange) { exchange.outcome = Outcome::unreachable; });
  EXPECT_EQ(compared(two).kind, Verdict::Kind::inconclusive) << "it was not asked";
}

TEST(SameSometimes, AnotherService) {
  TwoIngresses two;
  const auto other = [](Exchange& exchange) { exchange.who.service = "app2"; };
  two.fresh.twist = most_of(4, other);
  expect_failure(compared(two, "\ncompare: [status, service]"), "another-service", "in 12 of 16");
  two.fresh.twist = most_of(2, other);
  const auto half = compared(two, "\ncompare: [status, service]");
  EXPECT_EQ(half.kind, Verdict::Kind::inconclusive) << practice::told(half);
  EXPECT_NE(half.summary.find("app2 (8 of 16)"), std::string::npos) << half.summary;
  two.old.twist = most_of(2, other);
  EXPECT_EQ(compared(two, "\ncompare: [status, service]").kind, Verdict::Kind::pass);
}

TEST(SameSometimes, WhatChanceMayExplainDecidesNothing) {
  TwoIngresses two;
  two.fresh.twist = most_of(2, fails);
  EXPECT_EQ(compared(two).kind, Verdict::Kind::inconclusive) << "8 of 16";
  EXPECT_EQ(compared(two, "\ncompare: location").kind, Verdict::Kind::pass) << "not compared";
  two.old.twist = [asked = 0](const Request& request, Exchange& exchange) mutable {
    if (request.url.path == "/app1" && ++asked == 9) fails(exchange);
  };
  two.fresh.twist = most_of(4, fails);
  EXPECT_EQ(compared(two).kind, Verdict::Kind::inconclusive) << "the reference fails as well";
}

/// Between two phases of the reference: it may have been everybody's.
TEST(SameSometimes, AnOutageOfOnePhaseIsNone) {
  TwoIngresses two;
  two.fresh.twist = [asked = 0](const Request& request, Exchange& exchange) mutable {
    if (request.url.path != "/app1") return;
    exchange.headers.add("X-Powered-By", "me");  // why it is asked again
    if (++asked > 2) fails(exchange);
  };
  const auto verdict = compared(two);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << practice::told(verdict);
  EXPECT_NE(verdict.summary.find("500 (14 of 16)"), std::string::npos) << verdict.summary;
}

TEST(SameSometimes, PodsThatOnlyOneSideMet) {
  TwoIngresses two;
  two.old.twist = [](const Request&, Exchange& exchange) { exchange.who.pod = "app1-a"; };
  two.fresh.twist = [asked = 0](const Request& request, Exchange& exchange) mutable {
    exchange.who.pod = "app1-b";
    if (request.url.path == "/app1" && ++asked % 4 != 0) exchange.status = 500;
  };
  EXPECT_EQ(compared(two).kind, Verdict::Kind::inconclusive);
}

TEST(SameSometimes, ThatTwoAnswersShowLittleIsSaid) {
  const auto verdict = compared(TwoIngresses{});
  EXPECT_TRUE(std::ranges::any_of(verdict.not_shown, [](const std::string& line) {
    return line.starts_with("what happens now and then");
  }));
}

TEST(SameSometimes, EveryRequestIsTested) {
  const auto words = practice::params(checks::same, "requests: [/app1, /app2]");
  EXPECT_EQ(checks::same.tests(words), 4U);
}

}  // namespace
}  // namespace ingress_check
