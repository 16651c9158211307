// Results of two runs beside each other, also when the scenario has changed in between.
#include "reports/stored_results.h"

#include "reports/compared_report_test.h"
#include "reports/comparison_lines.h"

namespace ingress_check {
namespace {

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
