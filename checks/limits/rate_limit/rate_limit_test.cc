#include <gtest/gtest.h>

#include "checks/limits/rate_limit/bucket.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check rate_limit;
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = FakeLimit::Kind;

constexpr const char* three = "{path: /app1, limit: 3/s}";
constexpr const char* with_others =
    "{path: /app1, limit: 3/s, others: {url: \"http://other.dev/app1\", source-address: "
    "192.0.2.7}}";

/// As ingress-nginx limits frieza.dev to 3/s; other.dev is another Ingress.
FakeConfig limited(FakeLimit limit = {.rate = 3, .burst = 15}) {
  auto config = practice::two_apps();
  config.rules.hosts.push_back({"other.dev", {{"/", FakePathType::prefix, "app1"}}});
  if (limit.hosts.empty()) limit.hosts = {"frieza.dev"};
  config.limits = {limit};
  return config;
}

Examination examined(const FakeConfig& config, const std::string& yaml = three,
                     const Subject& subject = practice::subject()) {
  return practice::examine(checks::rate_limit, yaml, subject, config);
}

std::string first_cause(const Verdict& verdict) {
  return verdict.diagnoses.empty() ? "" : verdict.diagnoses.front().cause;
}

/// Fails, with that cause first.
void fails(const std::string& cause, const FakeConfig& config, const std::string& yaml = three) {
  const auto verdict = examined(config, yaml).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << verdict.summary;
  EXPECT_EQ(first_cause(verdict), cause) << verdict.summary;
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_TRUE(verdict.findings[0].place.known());
}

double figure(const Verdict& verdict, const std::string& name) {
  for (const auto& one : verdict.figures)
    if (one.name == name) return one.value;
  ADD_FAILURE() << "no figure " << name << ": " << verdict.summary;
  return 0;
}

TEST(rate_limit, a_limit_as_configured_passes_with_what_was_measured) {
  const auto done = examined(limited(), with_others);
  const auto& verdict = done.verdict;
  ASSERT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  EXPECT_EQ(done.phases, (std::vector<std::string>{"once", "calm", "storm", "recovery", "forged",
                                                   "other-client", "other-ingress"}));
  EXPECT_NEAR(figure(verdict, "limit_per_second"), 3, 0.09);
  EXPECT_NEAR(figure(verdict, "burst_requests"), 15, 1);
  EXPECT_EQ(verdict.traits.at("limit.status"), "503");
  EXPECT_EQ(verdict.traits.at("limit.burst-factor"), "5");
  EXPECT_TRUE(verdict.diagnoses.empty());
}

/// The measured rate and burst lie within 3 % and max(1, r x 10 ms) of those in force; and the
/// intervals hold them.
TEST(rate_limit, it_measures_what_is_in_force) {
  const std::vector<std::tuple<std::string, double, double>> limits = {{"3/s", 3, 15},
                                                                       {"10/s", 10, 50},
                                                                       {"100/s", 100, 500},
                                                                       {"30/m", 0.5, 150},
                                                                       {"7/m", 0.116, 35}};
  for (const auto& [written, rate, burst] : limits)
    for (const auto latency : {milliseconds(1), milliseconds(5), milliseconds(20)}) {
      auto config = limited({.rate = rate, .burst = burst});
      config.load.any.latency = latency;
      const auto verdict = examined(config, "{path: /app1, limit: " + written + "}").verdict;
      ASSERT_EQ(verdict.kind, Verdict::Kind::pass) << written << ": " << verdict.summary;
      EXPECT_NEAR(figure(verdict, "limit_per_second"), rate, 0.03 * rate) << written;
      EXPECT_NEAR(figure(verdict, "burst_requests"), burst, std::max(1.0, rate * 0.01)) << written;
      EXPECT_LE(figure(verdict, "limit_per_second_low"), rate * 1.001) << written;
      EXPECT_GE(figure(verdict, "limit_per_second_high"), rate * 0.999) << written;
      EXPECT_LE(figure(verdict, "burst_requests_low"), burst + 1) << written;
      EXPECT_GE(figure(verdict, "burst_requests_high"), burst - 1) << written;
    }
}

TEST(rate_limit, a_bucket_by_the_minute_takes_five_minutes_to_refill_and_the_bounds_say_so) {
  const auto params = practice::params(checks::rate_limit, "{path: /app1, limit: 30/m}");
  const auto bounds = checks::rate_limit.bounds(params, practice::subject());
  EXPECT_GE(bounds.waits, seconds(302));
  EXPECT_EQ(bounds.side_effects.front(),
            "the limit of http://frieza.dev/app1 is used up for this client, and refills within "
            "302s");
}

TEST(rate_limit, no_limit) {
  auto config = limited();
  config.limits.clear();
  fails("no-limit", config);
  auto elsewhere = limited({.rate = 3, .burst = 15, .path = "/app1"});
  fails("no-limit", elsewhere, "{path: /app2, limit: 3/s}");
}

TEST(rate_limit, a_limit_of_each_replica_is_told_from_a_higher_one) {
  auto config = limited();
  config.replicas = 2;
  fails("limit-multiplied", config);
  fails("other-rate", limited({.rate = 6, .burst = 30}));
}

TEST(rate_limit, replicas_that_are_stated_are_expected) {
  auto config = limited();
  config.replicas = 2;
  const auto verdict = examined(config, "{path: /app1, limit: 3/s, replicas: 2}").verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  config.replicas = 4;
  fails("limit-multiplied", config, "{path: /app1, limit: 3/s, replicas: 2}");
}

TEST(rate_limit, another_rate_or_burst) {
  fails("other-rate", limited({.rate = 4, .burst = 15}));
  fails("other-rate", limited({.rate = 2.5, .burst = 15}));
  fails("other-burst", limited({.rate = 3, .burst = 20}));
  fails("other-burst", limited({.rate = 3, .burst = 9}));
  fails("burst-absent", limited({.rate = 3, .burst = 0}));
  const auto minute = examined(limited({.rate = 0.05, .burst = 15})).verdict;
  EXPECT_EQ(first_cause(minute), "other-rate");
  EXPECT_NE(minute.diagnoses[0].text.find("limit-rpm where limit-rps was meant"),
            std::string::npos);
  // The few requests before the storm used all of it up: nothing of the storm passes.
  const auto used_up = examined(limited({.rate = 10. / 60, .burst = 20}),
                                "{path: /app1, limit: 10/s, burst: 20, status: 503}")
                           .verdict;
  EXPECT_EQ(first_cause(used_up), "other-rate") << used_up.summary;
  EXPECT_NE(used_up.diagnoses[0].text.find("limit-rpm where limit-rps was meant"),
            std::string::npos);
}

TEST(rate_limit, another_status) {
  const auto too_many = limited({.rate = 3, .burst = 15, .status = 429});
  fails("wrong-status", too_many);
  EXPECT_EQ(examined(too_many, "{path: /app1, limit: 3/s, status: 429}").verdict.kind,
            Verdict::Kind::pass);
}

TEST(rate_limit, windows_are_no_buckets) {
  fails("window", limited({.kind = Kind::fixed_window, .rate = 3, .burst = 15}));
  fails("window", limited({.kind = Kind::sliding_window, .rate = 3, .burst = 15}));
  fails("starving-window", limited({.kind = Kind::starving_window, .rate = 3, .burst = 13}));
}

TEST(rate_limit, a_window_may_be_meant_where_no_profile_says_bucket) {
  auto unknown = practice::subject();
  unknown.controller = generic_profile();
  for (const auto kind : {Kind::fixed_window, Kind::starving_window}) {
    const auto verdict =
        examined(limited({.kind = kind, .rate = 3, .burst = 15}), three, unknown).verdict;
    EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << verdict.summary;
    EXPECT_NE(verdict.findings[0].actual.find("limit-counting"), std::string::npos);
  }
}

TEST(rate_limit, one_bucket_for_all_clients) {
  fails("shared-by-clients", limited({.rate = 3, .burst = 15, .one_for_all = true}), with_others);
}

TEST(rate_limit, a_second_path_without_the_limit) {
  constexpr const char* both = "{path: /app1, limit: 3/s, also: [/app2]}";
  EXPECT_EQ(examined(limited(), both).verdict.kind, Verdict::Kind::pass);
  fails("unlimited-path", limited({.rate = 3, .burst = 15, .path = "/app1"}), both);
}

TEST(rate_limit, one_bucket_for_two_ingresses) {
  fails("shared-by-ingresses",
        limited({.rate = 3, .burst = 15, .hosts = {"frieza.dev", "other.dev"}}), with_others);
}

TEST(rate_limit, a_forgeable_header_makes_another_client) {
  for (const auto* header : {"X-Forwarded-For", "X-Real-IP", "True-Client-IP"})
    fails("forgeable-client", limited({.rate = 3, .burst = 15, .header = header}));
  fails("forgeable-client", limited({.rate = 100, .burst = 500, .header = "X-Forwarded-For"}),
        "{path: /app1, limit: 100/s}");
}

TEST(rate_limit, a_controller_that_is_told_to_trust_headers_is_noted) {
  auto subject = practice::subject();
  subject.controller = *with_overrides(subject.controller, {{"forwarded.trusted", "yes"}});
  const auto verdict =
      examined(limited({.rate = 3, .burst = 15, .header = "X-Forwarded-For"}), three, subject)
          .verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  ASSERT_EQ(verdict.notes.size(), 1u);
}

TEST(rate_limit, a_service_without_endpoints_is_no_limit) {
  auto config = limited();
  config.rules.services[0].pods.clear();
  fails("no-endpoints", config);
}

TEST(rate_limit, what_a_guessed_profile_says_never_fails) {
  auto guessed = practice::subject();
  guessed.controller_guessed = true;
  for (const FakeLimit& limit :
       {FakeLimit{.rate = 3, .burst = 6}, FakeLimit{.rate = 3, .burst = 15, .status = 429}}) {
    const auto verdict = examined(limited(limit), three, guessed).verdict;
    EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << verdict.summary;
    EXPECT_NE(verdict.findings[0].actual.find("write "), std::string::npos);
  }
  const auto rate = examined(limited({.rate = 6, .burst = 15}), three, guessed).verdict;
  EXPECT_EQ(rate.kind, Verdict::Kind::fail) << "the rate is the user's own word";
}

TEST(rate_limit, a_burst_that_nobody_states_is_measured_and_not_judged) {
  auto unknown = practice::subject();
  unknown.controller = generic_profile();
  const auto verdict = examined(limited({.rate = 3, .burst = 15}), three, unknown).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  EXPECT_NEAR(figure(verdict, "burst_requests"), 15, 1);
  EXPECT_NE(verdict.not_shown[0].find("write `burst`"), std::string::npos) << verdict.not_shown[0];
}

TEST(rate_limit, answers_too_slow_to_tell_are_not_judged) {
  auto config = limited();
  config.load.any.latency = seconds(4);
  EXPECT_EQ(examined(config).verdict.kind, Verdict::Kind::inconclusive);
}

TEST(rate_limit, an_application_that_fails_now_and_then_is_no_limit) {
  auto config = limited();
  config.load.errors = 0.05;
  EXPECT_EQ(examined(config).verdict.kind, Verdict::Kind::pass);
}

TEST(rate_limit, nothing_there_is_not_judged) {
  auto down = limited();
  down.down = Outcome::refused;
  EXPECT_EQ(examined(down).verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(examined(limited(), "{path: /nothing, limit: 3/s}").verdict.kind,
            Verdict::Kind::inconclusive);
}

TEST(rate_limit, mistakes_in_parameters) {
  const auto first = [](const std::string& yaml) {
    const auto errors = practice::mistakes(checks::rate_limit, yaml);
    return errors.empty() ? "" : errors[0].what;
  };
  EXPECT_NE(first("{path: /, limit: 3/s, burst: 5, multiplier: 2}"), "");
  EXPECT_NE(first("{path: /}"), "");
  EXPECT_EQ(first("{path: /, limit: 3/s, others: {source-address: nowhere}}"),
            "\"nowhere\" is no IP address");
  EXPECT_NE(first("{path: /, limit: 900/s, multiplier: 100}").find("20,000"), std::string::npos);
}

// The limiter's own arithmetic, in three requests: 2 at once of a capacity of 2, a third refused.
TEST(rate_limit_bucket, bounds_of_the_capacity_hold_whenever_requests_arrived) {
  using Fate = rate_limit::Arrival::Fate;
  const rate_limit::Storm storm(
      {{0, 0.1, Fate::accepted}, {0, 0.1, Fate::accepted}, {0.1, 0.2, Fate::refused}});
  EXPECT_DOUBLE_EQ(storm.least_capacity(1), 2 - 0.1);
  EXPECT_DOUBLE_EQ(storm.least_capacity(100), 1) << "less takes nothing at all";
  EXPECT_DOUBLE_EQ(storm.most_capacity(1), 3);
  const rate_limit::Storm overlapping({{0, 1, Fate::accepted}, {0.2, 0.3, Fate::refused}});
  EXPECT_DOUBLE_EQ(overlapping.most_capacity(1), 2) << "it may have come right before";
  const rate_limit::Storm unknown({{0, 0.1, Fate::unknown}, {0.5, 0.6, Fate::refused}});
  EXPECT_DOUBLE_EQ(unknown.least_capacity(1), 0);
  EXPECT_DOUBLE_EQ(unknown.most_capacity(1), 1.6) << "it may have been counted";
}

}  // namespace
}  // namespace ingress_check
