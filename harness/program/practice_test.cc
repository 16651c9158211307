// Real servers: every shipped scenario passes on its good lab, and every planted defect is caught
// by the right check with the right cause while everything else passes. Generated: a new scenario
// or defect is tested without a line here.
#include "harness/program/practice_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "checks/check.h"
#include "fixtures/break.h"
#include "fixtures/lab.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/run.h"
#include "harness/program/shipped.h"
#include "reports/format.h"

namespace ingress_check {

std::string told(const Report& report) { return find_format("console")->render(report, {}); }

std::string test_name(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return text;
}

/// The shipped scenario, aimed where the options aim; none, with the reason in `problem`.
static std::vector<Scenario> shipped(const std::string& name, const LoadOptions& options,
                                     std::string& problem) {
  const auto file = read_scenario_file(SOURCE_DIR "/scenarios/" + name);
  if (!file) {
    problem = show(file.error(), "");
    return {};
  }
  auto loaded = load(file->text, name, check_words(), options);
  if (loaded) return {std::move(*loaded)};
  for (const auto& error : loaded.error()) problem += show(error, file->text);
  return {};
}

static Report run_for_test(std::vector<Scenario> scenarios, std::vector<std::string> only) {
  if (scenarios.empty()) return {};
  Allowance allowance;
  RunRequest request;
  request.allowance = &allowance;
  request.scenarios = std::move(scenarios);
  request.run_id = "test";
  request.commands = true;
  request.only = std::move(only);
  request.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(100);
  return run(request, {});
}

Report practise(const std::string& scenario, const LabWish& wish, std::string& problem,
                std::vector<std::string> only) {
  auto options = connection(Arguments{});
  auto lab = open_lab(wish);
  if (!lab) {
    problem = show(lab.error(), "");
    return {};
  }
  aim_at(**lab, *options);
  auto scenarios = shipped(scenario, *options, problem);
  auto reference = open_reference(wish, false, scenarios);
  if (!reference) {
    problem = show(reference.error(), "");
    return {};
  }
  return run_for_test(std::move(scenarios), std::move(only));
}

Report practise(const std::string& scenario, const LoadOptions& options, std::string& problem,
                std::vector<std::string> only) {
  return run_for_test(shipped(scenario, options, problem), std::move(only));
}

namespace {

std::string lab_of(std::string_view text) {
  const auto at = text.find("\nlab: ");
  return at == text.npos ? "" : std::string(text.substr(at + 6, text.find('\n', at + 6) - at - 6));
}

std::vector<std::string> practised() {
  std::vector<std::string> paths;
  for (const auto& file : shipped_scenarios())
    if (!lab_of(file.text).empty()) paths.emplace_back(file.path.substr(sizeof "scenarios/" - 1));
  return paths;
}

class GoodLab : public testing::TestWithParam<std::string> {};

TEST_P(GoodLab, EveryCheckOfTheScenarioPasses) {
  std::string lab;
  for (const auto& file : shipped_scenarios())
    if (file.path == "scenarios/" + GetParam()) lab = lab_of(file.text);
  std::string problem;
  const Report report = practise(GetParam(), {lab, "", {}}, problem);
  ASSERT_EQ(problem, "");
  EXPECT_EQ(report.exit_status, 0) << told(report);
  for (const auto& check : report.scenarios[0].checks)
    EXPECT_TRUE(check.counts_as_pass() || check.skipped) << told(report);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, GoodLab, testing::ValuesIn(practised()),
                         [](const auto& one) { return test_name(one.param); });

/// A scenario of one lab on another: what this one's server does otherwise fails, and nothing else.
struct Visit {
  const Lab* lab;
  const OtherScenario* what;
};

std::vector<Visit> visits() {
  std::vector<Visit> all;
  for (const Lab* lab : all_labs())
    for (const auto& one : lab->also_runs) all.push_back({lab, &one});
  return all;
}

class OtherLab : public testing::TestWithParam<Visit> {};

TEST_P(OtherLab, FailsJustWhereItsServerIsKnownToDiffer) {
  const auto& [lab, what] = GetParam();
  std::string problem;
  const Report report = practise(what->scenario, {lab->name, "", {}}, problem);
  ASSERT_EQ(problem, "");
  ASSERT_FALSE(report.scenarios[0].error) << report.scenarios[0].error->what;
  std::vector<int> met(what->differs.size());
  for (const auto& check : report.scenarios[0].checks) {
    bool differs = false;
    for (const auto& finding : check.verdict.findings) {
      const auto known = std::ranges::find_if(what->differs, [&](const Difference& one) {
        return one.check == check.name && finding.subject.find(one.where) != std::string::npos;
      });
      EXPECT_NE(known, what->differs.end())
          << check.name << ": " << finding.subject << ": " << finding.actual << "\n"
          << told(report);
      if (known == what->differs.end()) continue;
      ++met[static_cast<std::size_t>(known - what->differs.begin())];
      differs = true;
    }
    EXPECT_TRUE(differs || check.counts_as_pass() || check.skipped || check.expected_to_fail)
        << check.name << "\n"
        << told(report);
  }
  for (std::size_t i = 0; i < met.size(); ++i)
    EXPECT_GT(met[i], 0) << what->differs[i].check << " " << what->differs[i].where
                         << " does not differ: " << what->differs[i].why;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, OtherLab, testing::ValuesIn(visits()), [](const auto& one) {
  return test_name(one.param.lab->name + "_" + one.param.what->scenario);
});

class PlantedDefect : public testing::TestWithParam<const Break*> {};

TEST_P(PlantedDefect, IsCaughtByTheRightCheckWithTheRightCause) {
  const Break& defect = *GetParam();
  std::string problem;
  std::vector<std::string> only;
  if (!defect.item.empty()) only.push_back(defect.item);
  const Report report = practise(defect.scenario, {defect.lab, defect.name, {}}, problem, only);
  ASSERT_EQ(problem, "");
  ASSERT_FALSE(report.scenarios[0].error) << report.scenarios[0].error->what;
  bool caught = false;
  for (const auto& check : report.scenarios[0].checks) {
    const auto& diagnoses = check.verdict.diagnoses;
    const bool named = !diagnoses.empty() && diagnoses[0].cause == defect.cause;
    if (check.counts_as_failure() && check.check == defect.check && named) {
      caught = true;
    } else if (std::ranges::find(defect.also_fails, check.name) == defect.also_fails.end()) {
      EXPECT_TRUE(check.counts_as_pass() || check.skipped) << check.name << " should have passed\n"
                                                           << told(report);
    }
  }
  EXPECT_TRUE(caught) << defect.check << " should have failed with the cause " << defect.cause
                      << "\n"
                      << told(report);
  EXPECT_EQ(report.exit_status, 1);
}

INSTANTIATE_TEST_SUITE_P(Breaks, PlantedDefect,
                         testing::ValuesIn(all_breaks().begin(), all_breaks().end()),
                         [](const auto& one) {
                           // By this beginning ctest knows which tests want the machine alone.
                           const bool load = one.param->scenario.starts_with("load/");
                           return (load ? "load_" : "") + test_name(one.param->name);
                         });

TEST(PlantedDefects, ReachEveryCauseOfEveryCheck) {
  std::set<std::pair<std::string, std::string>> reached;
  for (const auto* defect : all_breaks()) reached.emplace(defect->check, defect->cause);
  for (const auto* check : all_checks())
    for (const auto& cause : check->causes)
      EXPECT_TRUE(reached.contains({check->words.name, cause.id}))
          << "no planted defect makes " << check->words.name << " name " << cause.id;
}

TEST(PlantedDefects, NameWhatThereIs) {
  for (const auto* defect : all_breaks()) {
    EXPECT_NE(find_lab(defect->lab), nullptr) << defect->name;
    const Check* check = find_check(defect->check);
    ASSERT_NE(check, nullptr) << defect->name;
    EXPECT_TRUE(std::ranges::any_of(check->causes,
                                    [&](const Cause& cause) { return cause.id == defect->cause; }))
        << defect->name << " names the cause " << defect->cause << ", which " << defect->check
        << " does not know";
  }
}

}  // namespace
}  // namespace ingress_check
