#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check latency;
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Pods that take 10 ms, half of that to twice of it mostly: p99 is 25 ms.
FakeConfig usual() {
  auto config = practice::two_apps();
  config.load.any = {.latency = milliseconds(10), .sigma = 0.4};
  return config;
}

constexpr const char* steady = "{path: /app1, rate: 200/s, for: 20s, p99: 50ms}";

Verdict judge(const std::string& yaml, const FakeConfig& config) {
  return practice::examine(checks::latency, yaml, practice::subject(), config).verdict;
}

std::string first_cause(const Verdict& verdict) {
  return verdict.diagnoses.empty() ? "" : verdict.diagnoses.front().cause;
}

double figure(const Verdict& verdict, const std::string& name) {
  for (const auto& one : verdict.figures)
    if (one.name == name) return one.value;
  ADD_FAILURE() << "no figure " << name;
  return 0;
}

TEST(latency, a_target_that_keeps_its_limits_passes_with_its_figures) {
  const auto verdict = judge(steady, usual());
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  EXPECT_EQ(verdict.summary, "GET http://frieza.dev/app1 at 200/s: p99 50ms kept");
  EXPECT_EQ(figure(verdict, "requests"), 4000);
  EXPECT_NEAR(figure(verdict, "latency_p99_us"), 25'000, 4'000);
  EXPECT_LT(figure(verdict, "latency_p99_low_us"), figure(verdict, "latency_p99_us"));
  EXPECT_GT(figure(verdict, "latency_p99_high_us"), figure(verdict, "latency_p99_us"));
  EXPECT_EQ(figure(verdict, "error_share"), 0);
  EXPECT_TRUE(verdict.diagnoses.empty());
  ASSERT_EQ(verdict.shown.size(), 2u);
  EXPECT_NE(verdict.shown[0].find("of 4,000 answers"), std::string::npos) << verdict.shown[0];
}

TEST(latency, a_percentile_wholly_beyond_its_limit_fails) {
  auto config = usual();
  config.load.any.latency = milliseconds(60);
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(verdict), "slow-everywhere");
  ASSERT_EQ(verdict.findings.size(), 1u);
  EXPECT_EQ(verdict.findings[0].expected, "p99 at most 50ms");
  EXPECT_TRUE(verdict.findings[0].place.known());
}

TEST(latency, one_that_straddles_its_limit_is_not_decided) {
  auto config = usual();
  config.load.any.latency = milliseconds(20);  // p99 is 50.7 ms
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << verdict.summary;
  EXPECT_NE(verdict.findings[0].actual.find("a longer load narrows it"), std::string::npos);
  EXPECT_TRUE(verdict.diagnoses.empty());
}

TEST(latency, with_a_late_generator_times_are_not_judged_and_errors_are) {
  auto config = usual();
  config.load.late = milliseconds(20);
  auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_NE(verdict.summary.find("taken up 20ms late"), std::string::npos) << verdict.summary;
  config.load.any.latency = milliseconds(500);
  EXPECT_EQ(judge(steady, config).kind, Verdict::Kind::inconclusive);
  config.load.errors = 0.02;
  verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(verdict), "errors");
}

TEST(latency, a_slow_pod_is_named_with_both_medians) {
  auto config = usual();
  config.load.pods["app1-b"] = {.latency = milliseconds(300), .sigma = 0.1};
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  ASSERT_EQ(first_cause(verdict), "slow-pod");
  EXPECT_NE(verdict.diagnoses[0].text.find("app1-b of app1"), std::string::npos);
}

TEST(latency, stalls_are_told_with_their_interval) {
  auto config = usual();
  config.load.any.stall_every = seconds(2);
  config.load.any.stall_lasts = milliseconds(400);
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  ASSERT_EQ(first_cause(verdict), "stalls");
  EXPECT_NE(verdict.diagnoses[0].text.find("every 2s"), std::string::npos)
      << verdict.diagnoses[0].text;
}

TEST(latency, stalls_of_one_pod_are_seen_between_the_answers_of_the_others) {
  auto config = usual();
  config.load.pods["app1-a"] = {.latency = milliseconds(10),
                                .sigma = 0.4,
                                .stall_every = seconds(2),
                                .stall_lasts = milliseconds(400)};
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  ASSERT_EQ(first_cause(verdict), "stalls");
  EXPECT_NE(verdict.diagnoses[0].text.find("The pod app1-a answers nothing"), std::string::npos);
}

TEST(latency, a_cap_on_the_rate_is_told_from_other_errors) {
  auto config = usual();
  config.limits = {{.rate = 50, .burst = 250}};
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  ASSERT_EQ(first_cause(verdict), "rate-capped");
  EXPECT_EQ(verdict.traits.at("limit.status"), "503");
  EXPECT_NE(verdict.diagnoses[0].text.find("Of 200/s due, "), std::string::npos)
      << verdict.diagnoses[0].text;
}

TEST(latency, overload_is_told_by_waiting_that_grows) {
  auto config = usual();
  config.load.any = {.latency = milliseconds(20), .at_once = 1};  // two pods: 100 a second
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(verdict), "overload");
}

TEST(latency, errors_above_their_share_fail_and_below_it_pass) {
  auto config = usual();
  config.load.errors = 0.01;
  auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(verdict), "errors");
  ASSERT_EQ(verdict.findings.size(), 1u);
  EXPECT_EQ(verdict.findings[0].exchange->status, 502);
  const std::string forgiving =
      "{path: /app1, rate: 200/s, for: 20s, p99: 50ms, errors: 2%, achieved: 90%}";
  EXPECT_EQ(judge(forgiving, config).kind, Verdict::Kind::pass);
  config.load.error_status = 0;
  verdict = judge(steady, config);
  EXPECT_NE(verdict.findings[0].actual.find("reset"), std::string::npos);
}

TEST(latency, what_is_not_answered_well_once_gets_no_load) {
  const auto done =
      practice::examine(checks::latency, "{path: /other, rate: 200/s, for: 20s, p99: 50ms}",
                        practice::subject(), usual());
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(first_cause(done.verdict), "errors");
  EXPECT_EQ(done.sent, 1u);
  EXPECT_TRUE(done.loads.empty());
}

TEST(latency, nothing_there_is_told_in_one_sentence) {
  auto config = usual();
  config.down = Outcome::refused;
  const auto verdict = judge(steady, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_NE(verdict.diagnoses.at(0).text.find("refuses connections"), std::string::npos);
  config.down = Outcome::local;
  EXPECT_EQ(judge(steady, config).kind, Verdict::Kind::inconclusive);
}

TEST(latency, each_pod_and_each_request_has_limits_of_its_own) {
  auto config = usual();
  config.load.pods["app2-b"].latency = milliseconds(90);
  const std::string requests =
      "{requests: [{path: /app1, weight: 9, p99: 50ms}, {path: /app2%s}], rate: 1000/s, for: 20s, "
      "p50: 20ms%s}";
  const auto with = [&](const std::string& own, const std::string& pods) {
    auto text = requests;
    text.replace(text.find("%s"), 2, own);
    text.replace(text.find("%s"), 2, pods);
    return judge(text, config);
  };
  EXPECT_EQ(with("", "").kind, Verdict::Kind::pass);
  const auto by_route = with(", p90: 50ms", "");
  ASSERT_EQ(by_route.kind, Verdict::Kind::fail);
  EXPECT_EQ(by_route.findings.at(0).subject.substr(0, 29), "GET http://frieza.dev/app2 at");
  EXPECT_EQ(first_cause(by_route), "slow-pod");
  const auto by_pod = with("", ", each-pod: {p50: 50ms}");
  ASSERT_EQ(by_pod.kind, Verdict::Kind::fail);
  ASSERT_EQ(by_pod.findings.size(), 1u);
  EXPECT_EQ(by_pod.findings[0].subject.substr(0, 10), "pod app2-b");
}

TEST(latency, pods_that_do_not_name_themselves_are_not_judged_each) {
  auto config = usual();
  config.rules.services[0].silent = true;
  const auto verdict =
      judge("{path: /app1, rate: 200/s, for: 20s, p99: 50ms, each-pod: {p99: 50ms}}", config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::not_supported);
  EXPECT_EQ(judge(steady, config).kind, Verdict::Kind::pass);
}

TEST(latency, a_rate_may_change_in_stages_and_a_closed_loop_has_none) {
  const auto ramp = judge(
      "{path: /app1, p99: 50ms, stages: [{from: 50/s, to: 500/s, for: 10s}, {rate: 500/s, for: "
      "5s}]}",
      usual());
  EXPECT_EQ(ramp.kind, Verdict::Kind::pass) << ramp.summary;
  EXPECT_NE(ramp.summary.find("at 50/s to 500/s"), std::string::npos) << ramp.summary;
  const auto closed = judge("{path: /app1, p99: 50ms, connections: 16, for: 10s}", usual());
  EXPECT_EQ(closed.kind, Verdict::Kind::pass) << closed.summary;
  EXPECT_NE(closed.not_shown.at(0).find("fixed number of connections"), std::string::npos);
}

TEST(latency, the_longest_is_judged_as_it_was_seen) {
  EXPECT_EQ(judge("{path: /app1, rate: 200/s, for: 20s, max: 10s}", usual()).kind,
            Verdict::Kind::pass);
  EXPECT_EQ(judge("{path: /app1, rate: 200/s, for: 20s, max: 20ms}", usual()).kind,
            Verdict::Kind::fail);
}

TEST(latency, what_cannot_be_decided_is_refused_before_anything_is_sent) {
  const auto said = [](const std::string& yaml) {
    const auto errors = practice::mistakes(checks::latency, yaml);
    return errors.empty() ? std::string() : errors[0].what + ": " + errors[0].hint;
  };
  EXPECT_EQ(said("{path: /, rate: 100/s, for: 10s, p99.9: 50ms}"),
            "1,000 requests cannot show that p99.9 is kept: with 99 % confidence that takes 5,296: "
            "send for 53s or longer, or 530/s or more, or limit a lower percentile");
  EXPECT_EQ(said("{path: /, rate: 100/s, for: 6s, p99: 50ms}"), "");
  EXPECT_NE(said("{path: /, rate: 100/s, for: 5s, p99: 50ms}"), "");
  EXPECT_NE(said("{path: /, rate: 100/s, for: 6s, p99: 50ms, each-pod: {p99.9: 1s}}"), "");
  EXPECT_NE(said("{requests: [{path: /a, p99: 1s}, {path: /b}], rate: 100/s, for: 8s}"), "");
  EXPECT_NE(said("{path: /, rate: 100/s, for: 10s}"), "");
  EXPECT_NE(said("{path: /, rate: 1/s, connections: 3, p50: 1s}"), "");
  EXPECT_EQ(said("{path: /, connections: 3, p99.99: 1s}"), "");
}

TEST(latency, a_dry_run_passes_within_its_bounds) {
  FakeConfig config;
  config.permissive = true;
  for (const auto* yaml : {steady, "{url: \"http://a.example/\", connections: 2, for: 1s, p50: 1s}",
                           "{path: /, rate: 100/s, arrivals: poisson, for: 20s, p99: 1s}"}) {
    const auto done = practice::examine(checks::latency, yaml, practice::subject(), config);
    EXPECT_EQ(done.verdict.kind, Verdict::Kind::pass) << done.verdict.summary;
    EXPECT_LE(done.sent,
              checks::latency.bounds(practice::params(checks::latency, yaml), practice::subject())
                  .requests);
  }
}

}  // namespace

}  // namespace ingress_check
