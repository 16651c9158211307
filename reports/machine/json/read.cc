#include "reports/machine/json/read.h"

#include <fmt/format.h>

#include <limits>

#include "reports/machine/json/read_values.h"
#include "reports/standing.h"

namespace ingress_check {
namespace {

using namespace formats::json_values;

constexpr const char* schema = "ingress-check/result/1";

tl::unexpected<Error> refused(std::string what, std::string hint) {
  return tl::unexpected(Error{std::move(what), std::move(hint)});
}

Error error(const Reading& from) {
  return {from["what"].text(), from["hint"].text(), read_place(from["place"]),
          from["usage"].flag()};
}

TargetReport target(const Reading& from) {
  TargetReport target;
  target.name = from["name"].text();
  target.url = from["url"].text();
  target.address = from["address"].text();
  target.controller = from["controller"].text();
  target.controller_guessed = from["controller_guessed"].flag();
  target.because = from["because"].texts();
  if (const auto mistake = from.maybe("error")) target.error = error(*mistake);
  return target;
}

void findings(const Reading& from, CheckReport& check) {
  from.each([&](const Reading& one) {
    Finding finding;
    finding.subject = one["subject"].text();
    finding.expected = one["expected"].text();
    finding.actual = one["actual"].text();
    finding.broke = one["broke"].count();
    finding.of = one["of"].count();
    finding.place = read_place(one["place"]);
    if (const auto example = one.maybe("example")) finding.exchange = read_exchange(*example);
    const auto line = one.maybe("reproduce");
    check.reproduce.push_back(line ? line->text() : "");
    check.verdict.findings.push_back(std::move(finding));
  });
}

void diagnoses(const Reading& from, Verdict& verdict) {
  from.each([&](const Reading& one) {
    const auto separates = one.maybe("separates");
    verdict.diagnoses.push_back({one["cause"].text(), one["text"].text(), one["mend"].text(),
                                 one["source"].text(), separates ? separates->text() : ""});
  });
}

/// The words of the verdict; what is no number has been written as null.
void conclusion(const Reading& from, Verdict& verdict) {
  diagnoses(from["diagnoses"], verdict);
  from["figures"].members([&](const std::string& name, const Reading& value) {
    verdict.figures.push_back(
        {name, value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.real()});
  });
  from["traits"].members(
      [&](const std::string& name, const Reading& value) { verdict.traits[name] = value.text(); });
  verdict.shown = from["shown"].texts();
  verdict.not_shown = from["not_shown"].texts();
  verdict.notes = from["notes"].texts();
}

/// The inverse of standing(): what stands in the result must follow from what was read.
void stand(const Reading& from, CheckReport& check) {
  const std::string word = from["outcome"].text();
  const std::string summary = from["summary"].text();
  check.skipped = word == "skipped";
  check.judged = word != "not-judged";
  (check.skipped ? check.skip_reason : check.verdict.summary) = summary;
  check.verdict.kind = word == "fail" || word == "expected-fail" ? Verdict::Kind::fail
                       : word == "inconclusive" || !check.judged ? Verdict::Kind::inconclusive
                       : word == "not-supported"                 ? Verdict::Kind::not_supported
                                                                 : Verdict::Kind::pass;
  if (to_string(standing(check)) != word)
    from["outcome"].wrong(fmt::format("is {}, which the rest of the check contradicts", word));
}

CheckReport check(const Reading& from, const std::string& scenario) {
  CheckReport check;
  check.scenario = scenario;
  check.check = from["check"].text();
  check.name = from["name"].text();
  check.target = from["target"].text();
  from["matrix"].members([&](const std::string& key, const Reading& value) {
    check.cell.emplace_back(key, value.text());
  });
  check.place = read_place(from["place"]);
  if (const auto why = from.maybe("expected_to_fail")) check.expected_to_fail = why->text();
  check.sent = from["sent"].count();
  check.took = read_micros(from["took_us"]);
  check.phases = from["phases"].texts();
  findings(from["findings"], check);
  conclusion(from, check.verdict);
  if (const auto loads = from.maybe("loads"))
    loads->each([&](const Reading& one) { check.loads.push_back(read_load(one)); });
  stand(from, check);
  return check;
}

ScenarioReport scenario(const Reading& from) {
  ScenarioReport scenario;
  scenario.name = from["scenario"].text();
  scenario.file = from["file"].text();
  scenario.about = from["about"].text();
  scenario.source = from["source"].text();
  if (const auto digest = from.maybe("sha256")) scenario.sha256 = digest->text();
  from["targets"].each([&](const Reading& one) { scenario.targets.push_back(target(one)); });
  from["checks"].each(
      [&](const Reading& one) { scenario.checks.push_back(check(one, scenario.name)); });
  if (const auto mistake = from.maybe("error")) scenario.error = error(*mistake);
  return scenario;
}

Report whole(const Reading& from) {
  Report report;
  report.version = from["version"].text();
  report.run_id = from["run"].text();
  report.started = read_begin(from["started"]);
  report.took = read_micros(from["took_us"]);
  report.seed = from["seed"].count();
  report.command_line = from["command"].text();
  report.exit_status = from["exit_status"].number(0, 255);
  const Reading policy = from["policy"];
  report.policy = {policy["inconclusive_fails"].flag(), policy["unsupported_fails"].flag()};
  if (const auto on = policy.maybe("fail_on")) report.policy.fail_on = read_fail_on(*on);
  if (const auto signal = from.maybe("interrupted_by_signal"))
    report.interrupted = signal->number(1, 64);
  from["scenarios"].each([&](const Reading& one) { report.scenarios.push_back(scenario(one)); });
  const auto comparison = from.maybe("comparison");
  if (comparison && !from.failed()) report.comparison = read_comparison(*comparison, report);
  return report;
}

}  // namespace

Result<Report> read_result(std::string_view json) {
  const auto document = Reading::Json::parse(json, nullptr, false);
  if (document.is_discarded())
    return refused("this is no JSON", "name a file that --report json=FILE has written");
  const auto named = document.is_object() ? document.find("schema") : document.end();
  if (named == document.end() || !named->is_string())
    return refused("this is no result of ingress-check",
                   "name a file that --report json=FILE has written");
  if (*named != schema)
    return refused(fmt::format("a result of schema {} cannot be read", named->get<std::string>()),
                   fmt::format("this program reads {}", schema));
  Reading::Document state;
  Report report = whole(Reading(document, "", state));
  if (state.wrong)
    return refused("the result is damaged: " + *state.wrong, "run again, or take another copy");
  return report;
}

}  // namespace ingress_check
