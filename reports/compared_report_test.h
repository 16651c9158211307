// The one report of a comparison from which golden files are rendered: two targets of two
// controllers, with every likeness and every pace.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "reports/comparing.h"
#include "reports/fixed_report_test.h"

namespace ingress_check {

inline constexpr const char* compared_source =
    "scenario: move\n"
    "targets: {old: {url: http://frieza.dev}, new: {url: http://frieza.dev}}\n"
    "checks:\n"
    "  - routing:\n"
    "      routes:\n"
    "        - {path: /app1, service: app1}\n"
    "  - stickiness: {cookie: {old: INGRESSCOOKIE, new: AWSALB}}\n"
    "  - rate-limit: {limit: 3/s}\n"
    "  - exchange: {steps: []}\n"
    "  - latency: {path: /app1}\n";

/// Written in line `line` of the source.
inline CheckReport compared_check(const std::string& target, const std::string& name, int line,
                                  Verdict::Kind kind, const std::string& summary) {
  CheckReport check = sample_check(name, kind, summary);
  check.scenario = "move";
  check.target = target;
  check.place = {"move.yaml", line, 5, static_cast<int>(name.size())};
  return check;
}

inline std::vector<CheckReport> old_checks() {
  using Said = Verdict::Kind;
  CheckReport routes = compared_check("old", "routing", 4, Said::pass, "4 routes are as said");
  routes.verdict.traits = {{"redirect.status", "308"}, {"no-route.status", "404"}};
  routes.verdict.figures = {{"routes", 4}};
  CheckReport sticky = compared_check("old", "stickiness", 7, Said::pass, "clients stay");
  sticky.verdict.traits = {{"cookie.set", "once"}, {"cookie.http-only", "yes"}};
  CheckReport limit = compared_check("old", "rate-limit", 8, Said::pass, "3/s is in force");
  limit.verdict.traits = {{"limit.status", "503"}};
  CheckReport story = compared_check("old", "exchange", 9, Said::fail, "step 2 answered 500");
  CheckReport fast = compared_check("old", "latency", 10, Said::pass, "p99 is 7.6ms");
  fast.loads = {fixed_phase("calm", 12, 12), fixed_phase("even", 12, 12),
                fixed_phase("quick", 12, 12), fixed_phase("storm", 12, 12)};
  return {routes, sticky, limit, story, fast};
}

inline std::vector<CheckReport> new_checks() {
  using Said = Verdict::Kind;
  auto checks = old_checks();
  for (auto& check : checks) check.target = "new";
  checks[0].verdict.traits["redirect.status"] = "301";
  checks[1].verdict.traits = {{"cookie.set", "always"}, {"cookie.http-only", "no"}};
  checks[2] = compared_check("new", "rate-limit", 8, Said::not_supported,
                             "1200 requests a second were let through, none refused");
  checks[3] = compared_check("new", "exchange", 9, Said::pass, "2 steps went as expected");
  checks[4].loads = {fixed_phase("calm", 12, 12, 1.2), fixed_phase("even", 12, 12, 1.01),
                     fixed_phase("quick", 12, 12, 0.8), fixed_phase("storm", 12, 12)};
  checks[4].loads[3].reply.generator.why = {"a core was busy for 97 % of the time"};
  return checks;
}

inline Report compared_report() {
  Report report = sample_report();
  report.command_line = "ingress-check run move.yaml --fail-on behaviour,slower=10%";
  ScenarioReport& scenario = report.scenarios.front();
  scenario.file = "move.yaml";
  scenario.source = compared_source;
  scenario.name = "move";
  scenario.about = "From one controller to another";
  scenario.sha256 = std::string(64, 'b');
  scenario.targets = {{"old", "http://frieza.dev", "10.0.0.7:80", "ingress-nginx@1.x", false, {}},
                      {"new", "http://frieza.dev", "10.0.0.8:80", "aws-alb", false, {}}};
  scenario.checks = old_checks();
  for (auto& check : new_checks()) scenario.checks.push_back(std::move(check));
  const CheckReport lone =
      compared_check("old", "mtls", 9, Verdict::Kind::inconclusive, "no client was let in");
  scenario.checks.push_back(lone);
  scenario.checks.push_back(lone);
  scenario.checks.back().target = "new";
  report.policy.fail_on = {true, 0.1};
  report.comparison = compare_targets(report);
  report.exit_status = exit_status(report, report.policy);
  return report;
}

/// The cell of the side `side` in the row of a check and key; fails if there is none.
inline Cell cell(const Comparison& comparison, const std::string& check, const std::string& key,
                 std::size_t side = 1) {
  for (const auto& row : comparison.behaviour)
    if (row.check == check && row.key == key) return row.cells.at(side);
  ADD_FAILURE() << check << " " << key;
  return {};
}

inline CheckReport& check_of(ScenarioReport& scenario, const std::string& target,
                             const std::string& name) {
  return *std::ranges::find_if(scenario.checks, [&](const CheckReport& one) {
    return one.target == target && one.name == name;
  });
}

}  // namespace ingress_check
