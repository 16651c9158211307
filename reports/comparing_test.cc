// What is the same, what is foreseen, what is missing, and what is not compared.
#include "reports/comparing.h"

#include <gtest/gtest.h>

#include "reports/compared_report_test.h"

namespace ingress_check {
namespace {

/// Of the fixed report after a change, without its loads.
Comparison changed(const std::function<void(ScenarioReport&)>& change) {
  Report report = compared_report();
  for (auto& check : report.scenarios[0].checks) check.loads.clear();
  change(report.scenarios[0]);
  return *compare_targets(report);
}

TEST(Comparing, TellsWhatIsDocumentedFromWhatIsNot) {
  const Comparison all = *compared_report().comparison;
  EXPECT_EQ(cell(all, "routing", "outcome").likeness, Likeness::same);
  EXPECT_EQ(cell(all, "routing", "no-route.status").likeness, Likeness::same);
  const Cell redirect = cell(all, "routing", "redirect.status");
  EXPECT_EQ(redirect.likeness, Likeness::predicted);
  EXPECT_EQ(redirect.said, "308 against 301, as documented for ingress-nginx@1.x and aws-alb");
  EXPECT_EQ(cell(all, "stickiness", "cookie.set").said,
            "once against every time, as documented for ingress-nginx@1.x and aws-alb");
  const Cell readable = cell(all, "stickiness", "cookie.http-only");
  EXPECT_EQ(readable.likeness, Likeness::differs);
  EXPECT_EQ(readable.said, "yes against no; documented for ingress-nginx@1.x only");
  EXPECT_EQ(cell(all, "exchange", "outcome").likeness, Likeness::mended);
  EXPECT_EQ(cell(all, "mtls", "outcome").likeness, Likeness::undecided);
  EXPECT_EQ(all.checks, 6u);
  EXPECT_EQ(all.checks_same, 1u) << "latency";
  EXPECT_EQ(all.routes, 4u);
  EXPECT_EQ(all.routes_same, 4u) << "their outcome is the same";
}

TEST(Comparing, WhatIsSeenOtherwiseThanDocumentedStandsOut) {
  const Comparison other = changed([](ScenarioReport& scenario) {
    check_of(scenario, "new", "routing").verdict.traits["redirect.status"] = "302";
  });
  EXPECT_EQ(cell(other, "routing", "redirect.status").likeness, Likeness::differs);
  EXPECT_EQ(cell(other, "stickiness", "cookie.set").likeness, Likeness::predicted);
  const Comparison unknown =
      changed([](ScenarioReport& scenario) { scenario.targets[1].controller = "nobody"; });
  EXPECT_EQ(cell(unknown, "stickiness", "cookie.set").likeness, Likeness::differs);
  // Both profiles have these values, neither confirmed.
  const Comparison unconfirmed = changed([](ScenarioReport& scenario) {
    check_of(scenario, "old", "routing").verdict.traits["hsts.max-age"] = "31536000";
    check_of(scenario, "new", "routing").verdict.traits["hsts.max-age"] = "none";
  });
  EXPECT_EQ(cell(unconfirmed, "routing", "hsts.max-age").likeness, Likeness::differs);
}

TEST(Comparing, AProtectionThatIsMissingIsNoSkip) {
  EXPECT_EQ(cell(*compared_report().comparison, "rate-limit", "outcome").likeness, Likeness::lost);
  EXPECT_EQ(cell(*compared_report().comparison, "rate-limit", "limit.status").likeness,
            Likeness::unseen)
      << "told once";
  const auto after = [](const std::function<void(CheckReport&)>& change) {
    return cell(changed([&](ScenarioReport& one) { change(check_of(one, "new", "rate-limit")); }),
                "rate-limit", "outcome")
        .likeness;
  };
  EXPECT_EQ(after([](CheckReport& one) { one.skipped = true; }), Likeness::lost) << "only: nginx";
  EXPECT_EQ(after([](CheckReport& one) { one.verdict.kind = Verdict::Kind::fail; }),
            Likeness::lost);
  EXPECT_EQ(after([](CheckReport& one) {
              one.verdict.kind = Verdict::Kind::fail;
              one.expected_to_fail = "it has none";
            }),
            Likeness::lost)
      << "to foresee it mends nothing";
  EXPECT_EQ(after([](CheckReport& one) { one.judged = false; }), Likeness::undecided);
  EXPECT_EQ(after([](CheckReport& one) { one.verdict.kind = Verdict::Kind::pass; }),
            Likeness::same);
  const Comparison absent = changed([](ScenarioReport& one) {
    std::erase_if(one.checks,
                  [](const auto& c) { return c.target == "new" && c.name == "rate-limit"; });
  });
  EXPECT_EQ(cell(absent, "rate-limit", "outcome").likeness, Likeness::lost);
  ASSERT_EQ(absent.lone.size(), 1u);
  EXPECT_FALSE(absent.lone[0].added);
}

TEST(Comparing, ALimitThatOnlyOneShowsIsADifference) {
  const auto limited = [](const char* side) {
    return cell(changed([&](ScenarioReport& one) {
                  check_of(one, side, "latency").verdict.traits = {{"limit.status", "429"}};
                }),
                "latency", "limit.status");
  };
  EXPECT_EQ(limited("old").likeness, Likeness::lost);
  EXPECT_EQ(limited("old").said, "429 against none");
  EXPECT_EQ(limited("new").likeness, Likeness::differs);
}

TEST(Comparing, OtherChecksThatFailOrCannotSay) {
  const auto exchange = [](Verdict::Kind before, Verdict::Kind now, bool foreseen) {
    return cell(changed([&](ScenarioReport& one) {
                  check_of(one, "old", "exchange").verdict.kind = before;
                  auto& other = check_of(one, "new", "exchange");
                  other.verdict.kind = now;
                  if (foreseen) other.expected_to_fail = "known";
                }),
                "exchange", "outcome")
        .likeness;
  };
  using Said = Verdict::Kind;
  EXPECT_EQ(exchange(Said::pass, Said::fail, false), Likeness::differs);
  EXPECT_EQ(exchange(Said::pass, Said::fail, true), Likeness::predicted);
  EXPECT_EQ(exchange(Said::pass, Said::not_supported, false), Likeness::undecided);
  EXPECT_EQ(exchange(Said::fail, Said::fail, false), Likeness::same);
  EXPECT_EQ(exchange(Said::not_supported, Said::not_supported, false), Likeness::same);
  EXPECT_EQ(exchange(Said::inconclusive, Said::fail, false), Likeness::undecided);
}

TEST(Comparing, TwoFailuresAreAlikeIfTheSameIsBroken) {
  const auto both = [](int before, int now, const char* cause) {
    return cell(changed([&](ScenarioReport& one) {
                  for (const auto& [side, line] :
                       {std::pair{"old", before}, std::pair{"new", now}}) {
                    CheckReport& check = check_of(one, side, "routing");
                    check.verdict.kind = Verdict::Kind::fail;
                    Finding finding;
                    finding.place = {"move.yaml", line, 9, 4};
                    finding.expected = "service app1";
                    finding.actual = std::string("12 of 12 on ") + side;
                    check.verdict.findings = {finding};
                    check.verdict.diagnoses = {{"wrong-service", "", "", "", ""}};
                  }
                  check_of(one, "new", "routing").verdict.diagnoses[0].cause = cause;
                }),
                "routing", "outcome")
        .likeness;
  };
  EXPECT_EQ(both(6, 6, "wrong-service"), Likeness::same);
  EXPECT_EQ(both(6, 7, "wrong-service"), Likeness::differs);
  EXPECT_EQ(both(6, 6, "stale-replica"), Likeness::differs);
}

TEST(Comparing, TellsTheSpeedOfEachPhaseAndWhyNot) {
  const Comparison all = *compared_report().comparison;
  ASSERT_EQ(all.speed.size(), 4u);
  EXPECT_EQ(all.speed[0].pace, Pace::slower) << all.speed[0].said;
  EXPECT_EQ(all.speed[1].pace, Pace::alike) << all.speed[1].said;
  EXPECT_EQ(all.speed[2].pace, Pace::faster) << all.speed[2].said;
  EXPECT_EQ(all.speed[3].pace, Pace::not_compared);
  EXPECT_EQ(all.speed[3].said,
            "new: the generator was the limit: a core was busy for 97 % of the time");
  ASSERT_EQ(all.speed[0].shifts.size(), 3u);
  EXPECT_NEAR(all.speed[0].shifts[0].ratio.value, 1.2, 0.01);
}

/// Why the first phase is not compared after a change of the new target's.
std::string refused(const std::function<void(LoadPhase&)>& change) {
  Report report = compared_report();
  change(check_of(report.scenarios[0], "new", "latency").loads[0]);
  const SpeedRow row = compare_targets(report)->speed.front();
  return row.pace == Pace::not_compared ? row.said : "";
}

TEST(Comparing, RefusesWhatIsAnotherLoad) {
  EXPECT_EQ(refused([](LoadPhase&) {}), "");
  EXPECT_EQ(refused([](LoadPhase& one) { one.reply.offered = 600; }),
            "other rates: 500/s against 600/s");
  EXPECT_EQ(refused([](LoadPhase& one) { one.reply.lasted *= 2; }),
            "other lengths: 12s against 24s");
  EXPECT_EQ(refused([](LoadPhase& one) {
              one.reply.counts.statuses = {{200, 3000}, {503, 3000}};
            }),
            "other answers: 100.0% without an error against 50.0%");
  EXPECT_EQ(refused([](LoadPhase& one) { one.reply.breaker = "all failed"; }),
            "new: the phase was ended: all failed");
  EXPECT_EQ(refused([](LoadPhase& one) { one.reply.seconds.resize(9); }),
            "too short: 9 slices with answers, 10 are needed");
  EXPECT_EQ(refused([](LoadPhase& one) { one.name = "another"; }), "new has no such phase");
}

TEST(Comparing, OfOneTargetThereIsNothing) {
  EXPECT_FALSE(compare_targets(sample_report()));
  Report report = compared_report();
  report.scenarios[0].targets[1].error = Error{"nobody listens", ""};
  const auto alone = compare_targets(report);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->checks, 0u);
  EXPECT_EQ(alone->refused.at(0).why, "nobody listens");
  EXPECT_TRUE(open(*alone, {true, {}}));
}

TEST(FailOn, NamesWhatMakesARunFail) {
  Report report = compared_report();
  const auto status = [&](FailOn on) { return exit_status(report, {false, false, on}); };
  for (auto& check : report.scenarios[0].checks)  // without failures of its own
    if (check.verdict.kind != Verdict::Kind::pass) check.skipped = true;
  EXPECT_EQ(status({}), 0);
  EXPECT_EQ(status({true, {}}), 1);
  EXPECT_EQ(status({false, 0.1}), 1);
  EXPECT_EQ(status({false, 0.3}), 4) << "the storm was not compared";
  for (auto& row : report.comparison->speed) row.indicated = true;
  EXPECT_EQ(status({false, 0.1}), 4) << "the scenario has changed: nothing was measured";
  report.comparison->behaviour.clear();
  EXPECT_EQ(status({true, {}}), 0);
  report.comparison->checks = 0;
  EXPECT_EQ(status({true, {}}), 4);
  report.comparison->of_results = true;
  EXPECT_EQ(status({}), 4) << "nothing could be compared";
}

/// A sender that had to wait for its own processor on one side makes no verdict.
TEST(Comparing, ABusierSenderMakesAShiftAHint) {
  Report report = compared_report();
  const auto late = [&](const char* side, std::uint64_t nanoseconds) {
    Histogram& histogram =
        check_of(report.scenarios[0], side, "latency").loads[0].reply.generator.late;
    histogram.clear();
    for (int i = 0; i < 100; ++i) histogram.record(nanoseconds);
    return compare_targets(report)->speed[0];
  };
  EXPECT_FALSE(late("old", 30'000).indicated);
  EXPECT_FALSE(late("new", 60'000).indicated);
  const SpeedRow row = late("new", 900'000);
  EXPECT_TRUE(row.indicated);
  EXPECT_NE(row.said.find("late by 30.0us against 900us at its p99"), row.said.npos) << row.said;
  EXPECT_FALSE(late("old", 800'000).indicated) << "on both";
}

/// Each target is asked at other rates: no phases of it are compared, and that opens no question.
TEST(Comparing, ASearchForTheRateIsComparedByItsOutcome) {
  Report report = compared_report();
  for (auto& check : report.scenarios[0].checks)
    if (check.check == "latency") check.check = "capacity";
  const auto all = compare_targets(report);
  ASSERT_EQ(all->speed.size(), 1u);
  EXPECT_EQ(all->speed[0].pace, Pace::not_compared);
  EXPECT_TRUE(all->speed[0].indicated);
}

TEST(Comparing, TheStormsOfOtherChecksAreNoSpeed) {
  Report report = compared_report();
  for (auto& check : report.scenarios[0].checks)
    if (check.check == "latency") check.check = "rate-limit";
  EXPECT_TRUE(compare_targets(report)->speed.empty());
}

}  // namespace
}  // namespace ingress_check
