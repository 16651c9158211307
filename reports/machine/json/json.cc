// The result as JSON, schema ingress-check/result/1 (reports/result.schema.json): what programs and
// comparisons read.
#include "reports/format.h"
#include "reports/machine/json/comparison.h"
#include "reports/machine/json/load.h"
#include "reports/machine/json/values.h"
#include "reports/standing.h"

namespace ingress_check::formats {
namespace {

using namespace json_values;

Json finding(const Finding& finding, const std::string& reproduce) {
  Json json{{"subject", finding.subject}, {"expected", finding.expected},
            {"actual", finding.actual},   {"broke", finding.broke},
            {"of", finding.of},           {"place", place(finding.place)}};
  if (!reproduce.empty()) json["reproduce"] = reproduce;
  if (finding.exchange) json["example"] = exchange(*finding.exchange);
  return json;
}

Json diagnosis(const Diagnosis& diagnosis) {
  Json json{{"cause", diagnosis.cause},
            {"text", diagnosis.text},
            {"mend", diagnosis.fix},
            {"source", diagnosis.source}};
  if (!diagnosis.separates.empty()) json["separates"] = diagnosis.separates;
  return json;
}

Json check(const CheckReport& check) {
  const Verdict& verdict = check.verdict;
  Json json{{"check", check.check},
            {"name", check.name},
            {"target", check.target},
            {"outcome", to_string(standing(check))}};
  Json cell = Json::object();
  for (const auto& [key, value] : check.cell) cell[key] = value;
  json["matrix"] = std::move(cell);
  json["place"] = place(check.place);
  json["summary"] = check.skipped ? check.skip_reason : verdict.summary;
  if (check.expected_to_fail) json["expected_to_fail"] = *check.expected_to_fail;
  json["sent"] = check.sent;
  json["took_us"] = micros(check.took);
  json["phases"] = check.phases;
  Json findings = Json::array();
  for (std::size_t i = 0; i < verdict.findings.size(); ++i)
    findings.push_back(
        finding(verdict.findings[i], i < check.reproduce.size() ? check.reproduce[i] : ""));
  json["findings"] = std::move(findings);
  Json diagnoses = Json::array();
  for (const auto& one : verdict.diagnoses) diagnoses.push_back(diagnosis(one));
  json["diagnoses"] = std::move(diagnoses);
  Json figures = Json::object();
  for (const auto& [name, value] : verdict.figures) figures[name] = value;
  json["figures"] = std::move(figures);
  json["traits"] = verdict.traits;
  json["shown"] = verdict.shown;
  json["not_shown"] = verdict.not_shown;
  json["notes"] = verdict.notes;
  if (!check.loads.empty()) {
    Json loads = Json::array();
    for (const auto& one : check.loads) loads.push_back(json_values::load(one));
    json["loads"] = std::move(loads);
  }
  return json;
}

Json error(const Error& error) {
  return {{"what", error.what},
          {"hint", error.hint},
          {"place", place(error.place)},
          {"usage", error.usage}};
}

Json target(const TargetReport& target) {
  Json json{{"name", target.name},
            {"url", target.url},
            {"address", target.address},
            {"controller", target.controller},
            {"controller_guessed", target.controller_guessed},
            {"because", target.because}};
  if (target.error) json["error"] = error(*target.error);
  return json;
}

Json scenario(const ScenarioReport& scenario) {
  Json json{{"scenario", scenario.name}, {"file", scenario.file}, {"about", scenario.about}};
  json["source"] = scenario.source;
  if (!scenario.sha256.empty()) json["sha256"] = scenario.sha256;
  Json targets = Json::array();
  for (const auto& one : scenario.targets) targets.push_back(target(one));
  json["targets"] = std::move(targets);
  Json checks = Json::array();
  for (const auto& one : scenario.checks) checks.push_back(check(one));
  json["checks"] = std::move(checks);
  if (scenario.error) json["error"] = error(*scenario.error);
  return json;
}

Json policy(const ExitPolicy& policy) {
  Json json{{"inconclusive_fails", policy.inconclusive_fails},
            {"unsupported_fails", policy.unsupported_fails}};
  if (!policy.fail_on.any()) return json;
  json["fail_on"] = {{"behaviour", policy.fail_on.behaviour}};
  if (policy.fail_on.slower) json["fail_on"]["slower"] = *policy.fail_on.slower;
  return json;
}

std::string render(const Report& report, const RenderOptions&) {
  const Tally sum = tally(report);
  Json json{{"schema", "ingress-check/result/1"},
            {"version", report.version},
            {"run", report.run_id},
            {"started", utc(report.started)},
            {"took_us", micros(report.took)},
            {"seed", report.seed},
            {"command", report.command_line},
            {"exit_status", report.exit_status},
            {"policy", policy(report.policy)}};
  if (report.interrupted) json["interrupted_by_signal"] = *report.interrupted;
  json["tally"] = {{"passed", sum.passed},
                   {"failed", sum.failed},
                   {"failed_as_expected", sum.expected_failures},
                   {"inconclusive", sum.inconclusive},
                   {"not_supported", sum.not_supported},
                   {"not_judged", sum.not_judged},
                   {"skipped", sum.skipped}};
  Json scenarios = Json::array();
  for (const auto& one : report.scenarios) scenarios.push_back(scenario(one));
  json["scenarios"] = std::move(scenarios);
  if (report.comparison) json["comparison"] = comparison(*report.comparison);
  // Bytes from servers need not be UTF-8: what is not becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

extern const Format json{"json", "for programs and comparisons", render};

}  // namespace ingress_check::formats
