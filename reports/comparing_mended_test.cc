// Verdicts of comparisons that once were wrong.
#include <gtest/gtest.h>

#include "reports/compared_report_test.h"
#include "reports/console_lines.h"

namespace ingress_check {
namespace {

using Said = Verdict::Kind;

/// Two targets and these checks of theirs, compared.
Report made(std::vector<CheckReport> checks, FailOn on) {
  Report report = compared_report();
  report.scenarios[0].checks = std::move(checks);
  report.policy.fail_on = on;
  report.comparison = compare_targets(report);
  report.exit_status = exit_status(report, report.policy);
  return report;
}

CheckReport same(Said kind) { return compared_check("new", "same", 9, kind, "as old answers"); }

const Cell& only_cell(const Report& report) {
  return report.comparison->behaviour.at(0).cells.at(1);
}

TEST(SameCheck, IsTheComparison) {
  const Report good = made({same(Said::pass)}, {true, {}});
  ASSERT_EQ(good.comparison->behaviour.size(), 1u);
  EXPECT_EQ(good.comparison->behaviour[0].cells[0].value, "the reference");
  EXPECT_EQ(only_cell(good).likeness, Likeness::same);
  EXPECT_TRUE(good.comparison->lone.empty());
  EXPECT_EQ(good.comparison->checks, 1u);
  EXPECT_EQ(good.exit_status, 0);
  EXPECT_EQ(in_words(*good.comparison), "they behave alike in all that was looked at");
}

TEST(SameCheck, ItsFailureIsADifference) {
  const Report bad = made({same(Said::fail)}, {true, {}});
  EXPECT_EQ(only_cell(bad).likeness, Likeness::differs);
  EXPECT_TRUE(fails(*bad.comparison, {true, {}}));
  EXPECT_EQ(in_words(*bad.comparison), "1 difference that no documentation predicts");
  CheckReport known = same(Said::fail);
  known.expected_to_fail = "known";
  EXPECT_EQ(only_cell(made({known}, {})).likeness, Likeness::predicted);
  EXPECT_EQ(made({known}, {true, {}}).exit_status, 0);
  const Report unknown = made({same(Said::inconclusive)}, {true, {}});
  EXPECT_EQ(only_cell(unknown).likeness, Likeness::undecided);
  EXPECT_TRUE(open(*unknown.comparison, {true, {}}));
}

/// Three targets, of which the last is not there.
TEST(NotReached, IsNotAlike) {
  Report report = compared_report();
  ScenarioReport& scenario = report.scenarios[0];
  auto checks = old_checks();
  std::erase_if(checks, [](const auto& one) { return one.name != "routing"; });
  for (const char* target : {"new", "newer"}) {
    checks.push_back(checks[0]);
    checks.back().target = target;
  }
  scenario.checks = checks;
  scenario.targets.push_back(scenario.targets[1]);
  scenario.targets.back().name = "newer";
  EXPECT_EQ(in_words(*compare_targets(report)), "they behave alike in all that was looked at");
  scenario.targets.back().error = Error{"nobody listens", ""};
  const auto all = compare_targets(report);
  EXPECT_EQ(in_words(*all),
            "no difference in what was compared, not compared in full: newer in move");
  EXPECT_TRUE(open(*all, {true, {}}));
  EXPECT_EQ(why_open(*all, {true, {}}), "newer in move was not compared: nobody listens");

  scenario.targets.back().error.reset();
  CheckReport& last = scenario.checks.back();
  last.judged = false;
  last.phases.clear();
  const auto unbegun = compare_targets(report);
  ASSERT_EQ(unbegun->refused.size(), 1u);
  EXPECT_EQ(unbegun->refused[0].why, "none of its checks was begun");
  EXPECT_TRUE(open(*unbegun, {true, {}}));
}

/// 500 requests a second for so many seconds, of which the last of each second fail with 503.
LoadPhase failing(std::size_t seconds, std::uint64_t a_second) {
  LoadPhase phase = fixed_phase("calm", seconds, seconds);
  for (auto& second : phase.reply.seconds) second.server_errors = a_second;
  phase.reply.counts.statuses = {{200, seconds * (500 - a_second)}, {503, seconds * a_second}};
  return phase;
}

Report loads(const LoadPhase& before, const LoadPhase& now, FailOn on) {
  CheckReport left = compared_check("old", "latency", 10, Said::pass, "fine"), right = left;
  right.target = "new";
  left.loads = {before}, right.loads = {now};
  return made({left, right}, on);
}

const BehaviourRow* failures(const Report& report) {
  for (const auto& row : report.comparison->behaviour)
    if (row.key == "failed, calm") return &row;
  return nullptr;
}

TEST(FailedRequests, AreBehaviour) {
  EXPECT_EQ(failures(loads(failing(12, 0), failing(12, 0), {})), nullptr);
  const Report report = loads(failing(12, 0), failing(12, 19), {true, {}});
  ASSERT_NE(failures(report), nullptr);
  EXPECT_EQ(failures(report)->cells[1].likeness, Likeness::differs);
  EXPECT_EQ(failures(report)->cells[1].said, "0% (0 of 6000) against 3.8% (228 of 6000)");
  EXPECT_EQ(report.exit_status, 1);
  const Report better = loads(failing(12, 19), failing(12, 0), {true, {}});
  EXPECT_EQ(failures(better)->cells[1].likeness, Likeness::mended);
  EXPECT_EQ(better.exit_status, 0);
  const Report both = loads(failing(12, 19), failing(12, 20), {true, {}});
  EXPECT_EQ(failures(both)->cells[1].likeness, Likeness::same) << failures(both)->cells[1].said;
}

TEST(FailedRequests, OfOneBurstProveNothing) {
  LoadPhase burst = failing(12, 0);
  burst.reply.seconds[5].server_errors = 228;
  burst.reply.counts.statuses = {{200, 5772}, {503, 228}};
  const Report report = loads(failing(12, 0), burst, {true, {}});
  EXPECT_EQ(failures(report)->cells[1].likeness, Likeness::undecided);
  EXPECT_EQ(report.exit_status, 4);
}

TEST(FailedRequests, ThatWereRefusedAreNotAlike) {
  LoadPhase refusing = failing(12, 0);
  refusing.reply.counts.statuses = {{200, 5772}, {404, 228}};
  const Report report = loads(failing(12, 0), refusing, {true, {}});
  ASSERT_EQ(failures(report), nullptr);
  const BehaviourRow& row = report.comparison->behaviour.back();
  EXPECT_EQ(row.key, "refused, calm");
  EXPECT_EQ(row.cells[1].likeness, Likeness::undecided);
  EXPECT_EQ(report.exit_status, 4);
  const Report both = loads(refusing, refusing, {true, {}});
  EXPECT_EQ(both.comparison->behaviour.back().cells[1].likeness, Likeness::same);
}

TEST(TooFewAnswers, AreNotAlike) {
  const auto thin = [](double times) {
    LoadPhase phase = fixed_phase("calm", 12, 12, times);
    phase.reply.achieved = 50;
    for (auto& second : phase.reply.seconds) {
      second.response.clear();
      for (std::uint64_t i = 0; i < 50; ++i)
        second.response.record(i < 49 ? 1'000'000 + 1'000 * i
                                      : static_cast<std::uint64_t>(2e6 * times));
    }
    return phase;
  };
  const Report report = loads(thin(1), thin(100), {false, 0.1});
  const SpeedRow& row = report.comparison->speed.at(0);
  EXPECT_EQ(row.pace, Pace::not_compared);
  EXPECT_NE(row.said.find("p99 not compared: 600 answers, 2000 are needed (40s at this rate)"),
            row.said.npos)
      << row.said;
  EXPECT_EQ(report.exit_status, 4);
  RenderOptions options;
  const std::string out = console_details(report, options);
  EXPECT_NE(out.find("--fail-on cannot tell: the speed of latency, calm"), out.npos) << out;
}

TEST(Protection, ThatIsThereButOtherwiseIsNotMissing) {
  const auto limit = [](std::vector<std::string> causes) {
    CheckReport left = compared_check("old", "rate-limit", 8, Said::pass, "fine");
    CheckReport right = compared_check("new", "rate-limit", 8, Said::fail, "not so");
    for (const auto& cause : causes) right.verdict.diagnoses.push_back({cause, "", "", "", ""});
    return only_cell(made({left, right}, {})).likeness;
  };
  EXPECT_EQ(limit({"wrong-status"}), Likeness::differs);
  EXPECT_EQ(limit({"wrong-status", "other-burst"}), Likeness::differs);
  EXPECT_EQ(limit({"no-limit"}), Likeness::lost);
  EXPECT_EQ(limit({"wrong-status", "forgeable-client"}), Likeness::lost);
  EXPECT_EQ(limit({}), Likeness::lost) << "nobody knows why";
}

TEST(Traits, ThatTheScenarioStatesForEachTargetArePredicted) {
  const auto cookie = [](const char* name) {
    CheckReport left = compared_check("old", "stickiness", 7, Said::pass, "fine"), right = left;
    right.target = "new";
    left.verdict.traits = {{"cookie.name", "INGRESSCOOKIE"}};
    right.verdict.traits = {{"cookie.name", name}};
    return made({left, right}, {}).comparison->behaviour.at(1).cells.at(1);
  };
  EXPECT_EQ(cookie("AWSALB").likeness, Likeness::predicted);
  EXPECT_EQ(cookie("AWSALB").said, "INGRESSCOOKIE against AWSALB, as the scenario states");
  EXPECT_EQ(cookie("other").likeness, Likeness::differs);
}

}  // namespace
}  // namespace ingress_check
