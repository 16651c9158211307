// What is the same, what is foreseen, what is missing, and what is not compared.
#include "reports/comparing.h"

#include <gtest/gtest.h>

#include "reports/compared_report_test.h"
#include "reports/comparison_lines.h"
#include "reports/stored_results.h"

namespace ingress_check {
namespace {

/// The cell of the side `side` in the row of a check and key; fails if there is none.
Cell cell(const Comparison& comparison, const std::string& check, const std::string& key,
          std::size_t side = 1) {
  for (const auto& row : comparison.behaviour)
    if (row.check == check && row.key == key) return row.cells.at(side);
  ADD_FAILURE() << check << " " << key;
  return {};
}

/// Of the fixed report after a change, without its loads.
Comparison changed(const std::function<void(ScenarioReport&)>& change) {
  Report report = compared_report();
  for (auto& check : report.scenarios[0].checks) check.loads.clear();
  change(report.scenarios[0]);
  return *compare_targets(report);
}

CheckReport& check_of(ScenarioReport& scenario, const std::string& target,
                      const std::string& name) {
  return *std::ranges::find_if(scenario.checks, [&](const CheckReport& one) {
    return one.target == target && one.name == name;
  });
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

/// The report of one of the targets alone, as a run against it stores it.
Report half(const std::string& target) {
  Report report = compared_report();
  report.comparison.reset();
  ScenarioReport& scenario = report.scenarios[0];
  std::erase_if(scenario.targets, [&](const auto& one) { return one.name != target; });
  std::erase_if(scenario.checks, [&](const auto& one) { return one.target != target; });
  return report;
}

TEST(StoredResults, CompareAsTargetsOfOneRunDo) {
  const auto whole = compare_results({{"a/old.json", half("old")}, {"a/new.json", half("new")}});
  ASSERT_TRUE(whole);
  const Comparison& all = *whole->comparison;
  EXPECT_TRUE(all.of_results);
  EXPECT_EQ(what_is_compared(all), "new against old");
  EXPECT_EQ(in_words(all), in_words(*compared_report().comparison));
  EXPECT_EQ(whole->scenarios.size(), 2u);
  EXPECT_EQ(whole->scenarios[1].checks[0].target, "new");
  EXPECT_EQ(all.speed[0].other->scenario, 1u);
}

TEST(StoredResults, ABaselineOfLastWeekStillCompares) {
  Report now = half("new");
  ScenarioReport& grown = now.scenarios[0];
  grown.source.insert(grown.source.find("  - routing"), "  - redirects: {}\n");
  for (auto& check : grown.checks) ++check.place.line;
  grown.checks.push_back(compared_check("new", "redirects", 4, Verdict::Kind::pass, "fine"));
  std::erase_if(grown.checks, [](const auto& one) { return one.name == "mtls"; });
  const auto whole = compare_results({{"old.json", half("old")}, {"new.json", now}});
  ASSERT_TRUE(whole);
  const Comparison& all = *whole->comparison;
  EXPECT_EQ(cell(all, "routing", "redirect.status").said,
            "308 against 301, as documented for ingress-nginx@1.x and aws-alb");
  ASSERT_EQ(all.lone.size(), 2u);
  EXPECT_EQ(not_compared_lines(all),
            (std::vector<std::string>{"move: mtls: only in old, not in new",
                                      "move: redirects: added in new, not in old"}));
  EXPECT_TRUE(all.speed[0].indicated);
  EXPECT_NE(all.speed[0].said.find("a hint only"), std::string::npos);
  EXPECT_FALSE(fails(all.speed[0], {false, 0.1}));
  EXPECT_TRUE(in_words(all).ends_with("(2 of it as a hint only)")) << in_words(all);
}

/// Of two ad hoc loads nobody knows how many connections waited; a rate is known.
TEST(StoredResults, ClosedLoopsWithoutAScenarioAreAHint) {
  for (const bool open_loop : {true, false}) {
    Report one = half("old");
    one.scenarios[0].source.clear();
    for (auto& phase : check_of(one.scenarios[0], "old", "latency").loads)
      phase.reply.open_loop = open_loop;
    const auto whole = compare_results({{"a", one}, {"b", one}});
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->comparison->speed.at(0).pace, Pace::alike);
    EXPECT_EQ(whole->comparison->speed.at(0).indicated, !open_loop);
  }
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

TEST(StoredResults, AChangedCheckIsSaid) {
  Report now = half("new");
  auto& source = now.scenarios[0].source;
  source.replace(source.find("path: /app1, service"), 11, "path: /app2");
  const auto whole = compare_results({{"old.json", half("old")}, {"new.json", now}});
  ASSERT_TRUE(whole);
  EXPECT_NE(cell(*whole->comparison, "routing", "redirect.status").said.find("written otherwise"),
            std::string::npos);
  EXPECT_EQ(cell(*whole->comparison, "stickiness", "cookie.set").said.find("written otherwise"),
            std::string::npos);
}

TEST(StoredResults, TargetsAreMatchedByName) {
  const auto whole =
      compare_results({{"monday.json", compared_report()}, {"friday.json", compared_report()}});
  ASSERT_TRUE(whole);
  const Comparison& all = *whole->comparison;
  EXPECT_EQ(what_is_compared(all),
            "old of friday against old of monday; new of friday against new of monday");
  EXPECT_EQ(tally(all).lost, 0) << "each is as it was";
  EXPECT_EQ(tally(all).undecided, 2);
  EXPECT_EQ(all.speed.size(), 8u);
  EXPECT_EQ(tally(all).slower + tally(all).faster, 0);
}

TEST(StoredResults, SayWhatCannotBeCompared) {
  EXPECT_EQ(compare_results({}).error().what, "no result was named");
  EXPECT_EQ(compare_results({{"a", half("old")}}).error().what, "one result is not enough");
  Report other = half("new");
  other.scenarios[0].name = "other";
  const auto whole = compare_results({{"old.json", half("old")}, {"new.json", other}});
  ASSERT_TRUE(whole);
  EXPECT_EQ(in_words(*whole->comparison), "nothing could be compared");
  EXPECT_EQ(not_compared_lines(*whole->comparison),
            (std::vector<std::string>{"scenario move: it is not in new",
                                      "scenario other: it is not in old"}));
  EXPECT_EQ(exit_status(*whole, {}), 4);
  EXPECT_EQ(compare_results({{"a", *whole}, {"b", half("old")}}).error().what,
            "a is a comparison already");
  Report two = compared_report();
  for (auto& target : two.scenarios[0].targets) target.name += "er";
  EXPECT_EQ(compare_results({{"a", compared_report()}, {"b", two}}).error().what,
            "the results have no target of the same name");
  Report interrupted = half("new");
  interrupted.interrupted = 2;
  EXPECT_EQ(
      compare_results({{"a", half("old")}, {"b", interrupted}})->comparison->refused.at(0).what,
      "b");
}

TEST(StoredResults, LabelsAreTheFilesNames) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(labels_of({"x/old.json", "new.json"}), (Names{"old", "new"}));
  EXPECT_EQ(labels_of({"x/r.json", "y/r.json"}), (Names{"x/r.json", "y/r.json"}));
  EXPECT_EQ(labels_of({"r.json", "r.json", ".json"}), (Names{"r.json", "r.json (2)", ".json"}));
}

}  // namespace
}  // namespace ingress_check
