#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check availability;
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* changed =
    "{path: /app1, rate: 100/s, for: 10s, settle: 1s, gap: 500ms, convergence: 3s, "
    "during: [{run: [deploy], at: 4s, undo: [undo]}], "
    "expect: {before: {service: app1}, after: {service: green}}}";

/// Until 4.2 s app1 answers, from then on green.
FakeConfig well_done() {
  auto config = practice::two_apps();
  config.load.episodes = {
      {.from = milliseconds(4200), .to = seconds(100), .service = "green", .pod = "green-a"}};
  return config;
}

/// What the ingress does meanwhile, before anything else.
FakeConfig with(FakeEpisode episode) {
  auto config = well_done();
  config.load.episodes.insert(config.load.episodes.begin(), std::move(episode));
  return config;
}

Verdict judge(const FakeConfig& config, const std::string& yaml = changed) {
  return practice::examine(checks::availability, yaml, practice::subject(), config).verdict;
}

void fails(const std::string& cause, const FakeConfig& config, const std::string& yaml = changed) {
  const auto verdict = judge(config, yaml);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << verdict.summary;
  ASSERT_FALSE(verdict.diagnoses.empty()) << verdict.summary;
  EXPECT_EQ(verdict.diagnoses.front().cause, cause) << verdict.summary;
  EXPECT_TRUE(verdict.findings.front().place.known());
}

double figure(const Verdict& verdict, const std::string& name) {
  for (const auto& one : verdict.figures)
    if (one.name == name) return one.value;
  ADD_FAILURE() << "no figure " << name << ": " << verdict.summary;
  return 0;
}

TEST(availability, a_change_that_loses_nothing_passes_and_tells_how_long_it_took) {
  const auto verdict = judge(well_done());
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  EXPECT_EQ(figure(verdict, "requests"), 1000);
  EXPECT_EQ(figure(verdict, "failed"), 0);
  EXPECT_NEAR(figure(verdict, "convergence_ms"), 200, 15);
  EXPECT_LT(figure(verdict, "longest_gap_ms"), 20);
}

TEST(availability, errors_around_the_change) {
  fails("errors-during-change",
        with({.from = seconds(4), .to = milliseconds(4300), .status = 503}));
  fails("not-found-during-change",
        with({.from = seconds(4), .to = milliseconds(4300), .status = 404}));
  fails("connections-cut", with({.from = seconds(4), .to = milliseconds(4100), .status = 0}));
}

TEST(availability, errors_that_the_change_has_nothing_to_do_with) {
  auto config = well_done();
  config.load.episodes.clear();
  config.load.errors = 0.02;
  fails("failing", config, "{path: /app1, rate: 100/s, for: 10s}");
  fails("failing", with({.from = seconds(1), .to = milliseconds(1300), .status = 502}));
}

TEST(availability, few_errors_around_the_change_may_have_come_anyway) {
  const auto verdict = judge(with({.from = seconds(4), .to = milliseconds(4010), .status = 503}));
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << verdict.summary;
  ASSERT_EQ(verdict.diagnoses.size(), 2u) << verdict.summary;
  EXPECT_EQ(verdict.diagnoses[0].cause, "errors-during-change");
  EXPECT_EQ(verdict.diagnoses[1].cause, "failing") << "one of one: chance would do";
}

TEST(availability, answers_as_before_when_they_should_be_as_afterwards) {
  fails("stale-answers",
        with({.from = milliseconds(7000), .to = milliseconds(7500), .service = "app1"}));
}

TEST(availability, a_time_without_answers_is_a_stall_though_all_come_in_the_end) {
  fails("stall",
        with({.from = seconds(2), .to = seconds(3), .holds = seconds(2), .service = "app1"}));
}

TEST(availability, a_generator_that_is_a_little_late_does_not_hide_a_long_stall) {
  auto config =
      with({.from = seconds(2), .to = seconds(3), .holds = seconds(2), .service = "app1"});
  config.load.late = milliseconds(30);
  fails("stall", config);
  // As late as the gap is long: it may be its own.
  config = well_done();
  config.load.late = milliseconds(700);
  EXPECT_NE(judge(config).kind, Verdict::Kind::fail);
}

TEST(availability, a_short_stall_of_a_target_on_a_busy_machine_is_not_judged) {
  const auto stalled = [](Duration holds) {
    auto config = with({.from = seconds(2), .to = seconds(3), .holds = holds, .service = "app1"});
    config.load.busy_machine = true;
    return config;
  };
  EXPECT_EQ(judge(stalled(milliseconds(700))).kind, Verdict::Kind::inconclusive);
  fails("stall", stalled(seconds(2)));
  auto config = with({.from = seconds(2), .to = seconds(3), .status = 503});
  config.load.busy_machine = true;
  fails("failing", config);
}

TEST(availability, a_share_that_is_allowed_is_no_failure) {
  const auto config = with({.from = seconds(4), .to = milliseconds(4100), .status = 503});
  EXPECT_EQ(judge(config).kind, Verdict::Kind::fail);
  std::string yaml = changed;
  yaml.insert(yaml.size() - 1, ", errors: {5xx: 5%}");
  EXPECT_EQ(judge(config, yaml).kind, Verdict::Kind::pass);
  yaml = changed;
  yaml.insert(yaml.size() - 1, ", errors: {5xx: 0.9%}");
  EXPECT_EQ(judge(config, yaml).kind, Verdict::Kind::inconclusive) << "10 of 1,000 may be 0.9 %";
}

TEST(availability, a_change_that_takes_too_long) {
  auto config = well_done();
  config.load.episodes[0].from = milliseconds(4900);
  std::string yaml = changed;
  yaml.replace(yaml.find("convergence: 3s"), 15, "convergence: 500ms");
  const auto verdict = judge(config, yaml);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_NE(verdict.findings[0].actual.find("came after 89"), std::string::npos)
      << verdict.findings[0].actual;
}

TEST(availability, a_command_that_fails_tells_nothing_of_the_change) {
  auto config = practice::two_apps();
  config.command_status = 1;
  const auto verdict =
      judge(config, "{path: /app1, for: 5s, during: [{run: [kubectl, apply], at: 1s}]}");
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(verdict.findings[0].subject, "the command kubectl apply");
}

TEST(availability, nothing_is_begun_where_nothing_is_answered) {
  auto down = practice::two_apps();
  down.down = Outcome::refused;
  const auto done = practice::examine(checks::availability, changed, practice::subject(), down);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(done.phases, std::vector<std::string>{"once"});
}

TEST(availability, bounds_name_the_commands) {
  const auto params = practice::params(checks::availability, changed);
  const auto bounds = checks::availability.bounds(params, practice::subject());
  ASSERT_EQ(bounds.side_effects.size(), 2u);
  EXPECT_EQ(bounds.side_effects[1], "the command deploy at 4s, undone by undo");
}

TEST(availability, mistakes_in_parameters) {
  const auto first = [](const std::string& yaml) {
    const auto errors = practice::mistakes(checks::availability, yaml);
    return errors.empty() ? "" : errors[0].what;
  };
  EXPECT_EQ(first("{path: /, for: 10s, during: [{run: [x], at: 20s}]}"),
            "at 20s the load, which lasts 10s, is over");
  EXPECT_EQ(first("{path: /, convergence: 1s}"), "`convergence` without `during`: nothing changes");
  EXPECT_NE(first("{path: /, during: [{at: 2s}]}"), "");
  EXPECT_NE(first("{path: /, rate: 10000/s, for: 10m}").find("million"), std::string::npos);
}

}  // namespace
}  // namespace ingress_check
