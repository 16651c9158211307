// Errors of judgement, measured: how often a limit as configured fails, and how often one that is
// not passes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "checks/fake_unrest.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check rate_limit;
}

namespace {

struct Tally {
  int passed = 0, failed = 0, open = 0;
};

/// On a busy machine.
FakeConfig target(const FakeLimit& limit, int replicas, std::uint64_t seed) {
  auto config = practice::two_apps();
  config.limits = {limit};
  config.replicas = replicas;
  config.seed = seed;
  unsettle(config.load, seed);
  return config;
}

Tally judge(const std::string& yaml, const FakeLimit& limit, int replicas, int runs) {
  const auto params = practice::params(checks::rate_limit, yaml);
  const auto subject = practice::subject();
  Tally tally;
  for (int run = 0; run < runs; ++run) {
    FakeIngress ingress(target(limit, replicas, static_cast<std::uint64_t>(run) + 1));
    Watch watch;
    const auto done = examine(checks::rate_limit, params, subject, ingress, watch);
    EXPECT_TRUE(done);
    if (!done) break;
    tally.passed += done->verdict.kind == Verdict::Kind::pass;
    tally.failed += done->verdict.kind == Verdict::Kind::fail;
    tally.open += done->verdict.kind == Verdict::Kind::inconclusive;
    if (std::getenv("WHY")) fmt::print("  {}: {}\n", run + 1, done->verdict.summary);
  }
  fmt::print("{} where {:g}/s and {:g} are in force, {} replicas: {} passed, {} failed, {} open\n",
             yaml, limit.rate, limit.burst, replicas, tally.passed, tally.failed, tally.open);
  return tally;
}

/// More for the figures: RUNS=20000.
int runs() {
  const char* wanted = std::getenv("RUNS");
  return wanted ? std::atoi(wanted) : 60;
}

constexpr const char* three = "{path: /app1, limit: 3/s}";
constexpr const char* thirty = "{path: /app1, limit: 30/s, burst: 20}";

TEST(rate_limit_errors, a_limit_as_configured_never_fails) {
  for (const auto& [yaml, limit] :
       {std::pair(three, FakeLimit{.rate = 3, .burst = 15}),
        std::pair(thirty, FakeLimit{.rate = 30, .burst = 20}),
        std::pair("{path: /app1, limit: 30/m}", FakeLimit{.rate = 0.5, .burst = 150}),
        std::pair("{path: /app1, limit: 5/s, burst: 0}", FakeLimit{.rate = 5, .burst = 0})}) {
    const auto tally = judge(yaml, limit, 1, runs());
    EXPECT_EQ(tally.failed, 0);
    // In one run of seven the application fails too, which may hide what the limit did.
    EXPECT_GE(tally.passed, runs() * 8 / 10);
  }
  const auto replicated =
      judge("{path: /app1, limit: 3/s, replicas: 3}", {.rate = 3, .burst = 15}, 3, runs());
  EXPECT_EQ(replicated.failed, 0);
}

TEST(rate_limit_errors, a_limit_that_is_another_never_passes) {
  for (const auto& [yaml, limit] :
       {std::pair(three, FakeLimit{.rate = 3.5, .burst = 15}),
        std::pair(three, FakeLimit{.rate = 3, .burst = 18}),
        std::pair(three, FakeLimit{.rate = 3, .burst = 12}),
        std::pair(thirty, FakeLimit{.rate = 27, .burst = 20}),
        std::pair(thirty, FakeLimit{.kind = FakeLimit::Kind::fixed_window, .rate = 30}),
        std::pair(three, FakeLimit{.kind = FakeLimit::Kind::starving_window, .rate = 3})}) {
    const auto tally = judge(yaml, limit, 1, runs());
    EXPECT_EQ(tally.passed, 0);
    EXPECT_GE(tally.failed, runs() * 9 / 10);
  }
  EXPECT_EQ(judge(three, {.rate = 3, .burst = 15}, 2, runs()).passed, 0);
}

}  // namespace
}  // namespace ingress_check
