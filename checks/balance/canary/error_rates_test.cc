// Errors of judgement, measured: how often a canary as configured fails, and how often one that is
// off by what is stated passes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "checks/practice_test.h"
#include "checks/statistics.h"

namespace ingress_check {

namespace checks {
extern const Check canary;
}

namespace {

struct Tally {
  int passed = 0, failed = 0, open = 0;
};

FakeConfig target(double weight, int pods, std::uint64_t seed) {
  auto config = practice::two_apps();
  FakeService canary{"app1-canary", {}};
  for (int i = 0; i < pods; ++i) canary.pods.push_back(fmt::format("app1-canary-{}", i));
  config.rules.services.push_back(std::move(canary));
  config.rules.canaries = {{.of = "app1", .service = "app1-canary", .weight = weight}};
  config.replicas = 1 + static_cast<int>(seed % 3);
  config.seed = seed;
  return config;
}

/// At the alpha of a test that has it for itself, or at a coarser one that shows what few runs can.
Tally judge(double stated, double real, double alpha, int runs) {
  const auto params = practice::params(
      checks::canary,
      fmt::format("{{path: /app1, stable: app1, canary: app1-canary, weight: {:g}%}}",
                  stated * 100));
  auto subject = practice::subject();
  subject.alpha = alpha;
  Tally tally;
  for (int run = 0; run < runs; ++run) {
    subject.seed = static_cast<std::uint64_t>(run) + 1;
    FakeIngress ingress(target(real, 1 + run % 4, subject.seed));
    Watch watch;
    const auto done = examine(checks::canary, params, subject, ingress, watch);
    EXPECT_TRUE(done);
    if (!done) break;
    tally.passed += done->verdict.kind == Verdict::Kind::pass;
    tally.failed += done->verdict.kind == Verdict::Kind::fail;
    tally.open += done->verdict.kind == Verdict::Kind::inconclusive;
  }
  fmt::print("weight {:g} stated, {:g} in force, alpha {:g}: {} passed, {} failed, {} open\n",
             stated, real, alpha, tally.passed, tally.failed, tally.open);
  return tally;
}

/// More for the figures: RUNS=30000.
int runs() {
  const char* wanted = std::getenv("RUNS");
  return wanted ? std::atoi(wanted) : 200;
}

/// So many of n are more than the rate explains: it would happen once in a million tests.
bool more_often(int seen, int n, double rate) {
  return binomial_tails(static_cast<std::uint64_t>(seen), static_cast<std::uint64_t>(n), rate)
             .high < 1e-6;
}

TEST(canary_errors, a_weight_as_configured_fails_no_oftener_than_alpha_allows) {
  for (const double weight : {0.05, 0.2, 0.5, 0.9}) {
    const auto fine = judge(weight, weight, run_alpha, runs());
    EXPECT_FALSE(more_often(fine.failed, runs(), run_alpha));
    EXPECT_GE(fine.passed, runs() - fine.failed - 1);
    // At one in twenty errors come, and may not come oftener than that.
    const auto coarse = judge(weight, weight, 0.05, runs());
    EXPECT_FALSE(more_often(coarse.failed, runs(), 0.05));
    EXPECT_GT(coarse.failed, 0);
  }
}

TEST(canary_errors, a_weight_that_is_off_by_five_points_escapes_once_in_a_hundred) {
  for (const auto& [stated, real] :
       {std::pair(0.2, 0.25), std::pair(0.2, 0.15), std::pair(0.5, 0.55), std::pair(0.9, 0.85)}) {
    const auto tally = judge(stated, real, run_alpha, runs());
    EXPECT_FALSE(more_often(tally.passed, runs(), 0.01));
    EXPECT_GT(tally.failed, 0);
  }
}

TEST(canary_errors, of_a_small_weight_half_of_it) {
  for (const double real : {0.01, 0.03}) {
    const auto tally = judge(0.02, real, run_alpha, runs() / 4);
    EXPECT_FALSE(more_often(tally.passed, runs() / 4, 0.01));
  }
  for (const auto& [stated, real] : {std::pair(0.0, 0.05), std::pair(1.0, 0.95)})
    EXPECT_FALSE(more_often(judge(stated, real, run_alpha, runs()).passed, runs(), 0.01));
}

}  // namespace
}  // namespace ingress_check
