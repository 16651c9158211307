#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checks/load/capacity/search.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check capacity;
}

namespace {

using std::chrono::milliseconds;

/// Two pods that take 5 ms for one request after the other: 400 a second.
FakeConfig four_hundred() {
  auto config = practice::two_apps();
  config.load.any = {.latency = milliseconds(5), .at_once = 1};
  return config;
}

constexpr const char* steps = "path: /app1, p99: 50ms, from: 100/s, to: 3200/s, step-for: 6s";

Examination examined(const std::string& more, const FakeConfig& config) {
  return practice::examine(checks::capacity, "{" + std::string(steps) + more + "}",
                           practice::subject(), config);
}

double figure(const Verdict& verdict, const std::string& name) {
  for (const auto& one : verdict.figures)
    if (one.name == name) return one.value;
  ADD_FAILURE() << "no figure " << name;
  return 0;
}

std::string first_cause(const Verdict& verdict) {
  return verdict.diagnoses.empty() ? "" : verdict.diagnoses.front().cause;
}

TEST(capacity, is_found_to_a_tenth_with_the_curve_of_latency) {
  const auto done = examined("", four_hundred());
  const auto& verdict = done.verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  const auto found = figure(verdict, "capacity_per_s"), beyond = figure(verdict, "not_held_per_s");
  EXPECT_GE(found, 400 / 1.1);
  EXPECT_LE(found, 401);
  EXPECT_GT(beyond, 400);
  EXPECT_LE(beyond / found, 1.1);
  EXPECT_NEAR(figure(verdict, "latency_p99_us_at_100_per_s"), 5000, 50);
  EXPECT_GT(figure(verdict, "latency_p99_us_at_800_per_s"), 50'000);
  EXPECT_LE(done.phases.size(), 10u);
}

TEST(capacity, with_a_rate_to_reach_it_passes_or_fails_with_the_cause) {
  EXPECT_EQ(examined(", at-least: 350/s", four_hundred()).verdict.kind, Verdict::Kind::pass);
  const auto verdict = examined(", at-least: 450/s", four_hundred()).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << verdict.summary;
  EXPECT_EQ(first_cause(verdict), "overload");
  ASSERT_EQ(verdict.findings.size(), 1u);
  EXPECT_EQ(verdict.findings[0].expected, "p99 50ms kept at 450/s");
}

TEST(capacity, a_cap_on_the_rate_is_told_from_overload) {
  auto config = practice::two_apps();
  config.limits = {{.rate = 300, .burst = 50}};
  const auto verdict = examined(", at-least: 500/s", config).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(verdict), "rate-capped");
  EXPECT_EQ(verdict.traits.at("limit.status"), "503");
  EXPECT_NEAR(figure(verdict, "capacity_per_s"), 300, 30);
}

TEST(capacity, limits_that_do_not_hold_at_the_lowest_rate) {
  auto config = practice::two_apps();
  config.load.any.latency = milliseconds(80);
  auto verdict = examined("", config).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_NE(verdict.summary.find("at 100/s: p99 80"), std::string::npos) << verdict.summary;
  verdict = examined(", at-least: 100/s", config).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(verdict), "not-even-at-from");
  config.down = Outcome::refused;
  EXPECT_EQ(first_cause(examined(", at-least: 100/s", config).verdict), "not-even-at-from");
}

TEST(capacity, a_target_that_holds_to_the_end_passes_and_says_so) {
  const auto done = examined(", at-least: 3200/s", practice::two_apps());
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::pass) << done.verdict.summary;
  EXPECT_EQ(figure(done.verdict, "capacity_per_s"), 3200);
  EXPECT_EQ(done.phases.size(), 6u);  // 100, 200 ... 3200
  EXPECT_NE(done.verdict.not_shown.at(0).find("beyond 3200/s"), std::string::npos);
}

TEST(capacity, where_the_generator_ends_first_nothing_is_claimed_beyond) {
  auto config = practice::two_apps();
  config.load.late = milliseconds(20);
  const auto done = examined(", at-least: 200/s", config);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::inconclusive) << done.verdict.summary;
  EXPECT_EQ(done.phases, (std::vector<std::string>{"100/s", "100/s again"}));
}

TEST(capacity, a_step_that_leaves_it_open_is_sent_twice_and_judged_together) {
  auto config = practice::two_apps();
  config.load.any = {.latency = milliseconds(20), .sigma = 0.385};  // p99 is 49 ms
  const auto done = examined("", config);
  ASSERT_GE(done.phases.size(), 2u);
  EXPECT_EQ(done.phases[1], "100/s again");
  EXPECT_NE(done.verdict.summary.find("of 1,200 answers"), std::string::npos)
      << done.verdict.summary;
}

TEST(capacity, mistakes_are_told_before_anything_is_sent) {
  const auto said = [](const std::string& yaml) {
    const auto errors = practice::mistakes(checks::capacity, yaml);
    return errors.empty() ? std::string() : errors[0].what;
  };
  EXPECT_EQ(said("{path: /, p99: 1s, from: 100/s, to: 50/s}"), "`to` is 50/s, not above `from`");
  EXPECT_NE(said("{path: /, p99: 1s, from: 100/s, to: 500/s, at-least: 600/s}"), "");
  EXPECT_NE(said("{path: /, p99: 1s, from: 10/s, to: 500/s}"), "");
  EXPECT_NE(said("{path: /, from: 100/s, to: 500/s}"), "");
  EXPECT_EQ(said("{path: /, p99: 1s, from: 100/s, to: 500/s}"), "");
}

TEST(capacity, never_exceeds_its_bounds_however_noisy_the_target) {
  std::size_t most = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto config = practice::two_apps();
    config.seed = seed;
    // Two pods for 240 a second in all, so that p99 is near its limit over a wide range of rates.
    config.load.any = {.latency = milliseconds(15), .sigma = 0.45, .at_once = 2};
    config.load.errors = seed % 3 == 0 ? 0.001 : 0;
    const std::string arrivals = seed % 2 ? ", arrivals: poisson" : "";
    const auto done = practice::examine(
        checks::capacity,
        "{path: /app1, p99: 50ms, from: 60/s, to: 2000/s, step-for: 9s" + arrivals + "}",
        practice::subject(), config);
    EXPECT_FALSE(done.verdict.summary.empty());
    most = std::max(most, done.phases.size());
  }
  fmt::print("at most {} phases\n", most);
  EXPECT_GT(most, 6u);
  EXPECT_LE(most, 32u);
}

TEST(capacity, rates_grow_by_two_or_so_that_a_wide_range_takes_few_steps) {
  capacity::Plan plan;
  plan.from = 100;
  plan.to = 3200;
  EXPECT_EQ(capacity::growing(plan), (std::vector<double>{100, 200, 400, 800, 1600, 3200}));
  plan.from = 1;
  plan.to = 1'000'000;
  const auto rates = capacity::growing(plan);
  EXPECT_LE(rates.size(), 14u);
  EXPECT_EQ(rates.back(), 1'000'000);
}

}  // namespace

}  // namespace ingress_check
