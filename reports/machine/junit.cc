// JUnit XML for CI servers: one test suite a scenario, one test case a check and target. Names are
// those of the scenario, so that a server can follow a test from run to run.
//
//   pass                         a test case without children
//   fail, unexpected-pass        <failure>, its text as on the console
//   not-judged                   <error>
//   inconclusive, not-supported  <skipped>; <failure> under --inconclusive=fail, --unsupported=fail
//   expected-fail, skipped       <skipped>
//
// With --fail-on the comparison is a suite of its own, and the only one where stored results are
// compared: they were judged when they ran. One test case a row (check and what was looked at, or
// phase of load) and side:
//
//   alike, foreseen, better      a test case without children
//   what --fail-on names         <failure>
//   undecided, not compared      <skipped>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "reports/comparison_lines.h"
#include "reports/console_lines.h"
#include "reports/standing.h"

namespace ingress_check::formats {
namespace {

constexpr std::size_t longest_line = 4000;

/// XML 1.0 has no place for control characters and broken UTF-8, and pugixml writes them as they
/// are.
std::string clean(const std::string& text) { return printable_lines(text, longest_line); }

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(clean(value).c_str());
}

std::string seconds(Duration time) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(time).count());
}

/// What the text of a test case begins with, and its element.
struct Mark {
  const char* element;  ///< null: a test that passed
  std::string type;
};

Mark mark(const CheckReport& check, const ExitPolicy& policy) {
  const Standing now = standing(check);
  if (now == Standing::pass) return {nullptr, {}};
  if (now == Standing::not_judged) return {"error", to_string(now)};
  return {fails(check, policy) ? "failure" : "skipped", to_string(now)};
}

/// What a pass wants to be read.
std::string remarks(const CheckReport& check) {
  std::string out;
  for (const auto& text : check.verdict.notes) out += "note: " + text + "\n";
  for (const auto& text : check.verdict.shown) out += "shown: " + text + "\n";
  for (const auto& text : check.verdict.not_shown) out += "not shown: " + text + "\n";
  return out;
}

void add_case(pugi::xml_node suite, const CheckReport& check, const ScenarioReport& scenario,
              const std::string& suite_name, const Mark& mark) {
  auto test = suite.append_child("testcase");
  set(test, "classname", suite_name);
  set(test, "name", title(check));
  set(test, "time", seconds(check.took));
  if (!mark.element) {
    if (const auto text = clean(remarks(check)); !text.empty())
      test.append_child("system-out").text().set(text.c_str());
    return;
  }
  auto told = test.append_child(mark.element);
  set(told, "type", mark.type);
  set(told, "message", fmt::format("{}: {}", mark.type, said(check)));
  // GitLab shows the text alone, Jenkins both.
  const bool short_one = mark.element == std::string_view("skipped");
  const auto text = short_one ? said(check) : console_check(check, scenario, {});
  told.text().set(clean(text).c_str());
}

void add_properties(pugi::xml_node suite, const Report& report, const ScenarioReport& scenario) {
  auto properties = suite.append_child("properties");
  const auto add = [&](const std::string& name, const std::string& value) {
    auto property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", value);
  };
  add("version", report.version);
  add("run", report.run_id);
  add("seed", std::to_string(report.seed));
  if (!scenario.sha256.empty()) add("scenario sha256", scenario.sha256);
  for (const auto& target : scenario.targets) {
    add(target.name + ": url", target.url);
    add(target.name + ": address", target.address);
    if (!target.controller.empty()) add(target.name + ": controller", target.controller);
  }
  for (const auto& check : scenario.checks)
    for (const auto& [name, value] : check.verdict.figures)
      add(title(check) + ": " + name, fmt::format("{:.6g}", value));
}

void add_errors(pugi::xml_node suite, const ScenarioReport& scenario) {
  std::string text;
  for (const auto& target : scenario.targets)
    if (target.error) text += target.name + ": " + show(*target.error, scenario.source);
  if (scenario.error) text += show(*scenario.error, scenario.source);
  if (!text.empty()) suite.append_child("system-err").text().set(clean(text).c_str());
}

struct Counts {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
};

void add_counts(pugi::xml_node node, const Counts& counts) {
  node.append_attribute("tests").set_value(counts.tests);
  node.append_attribute("failures").set_value(counts.failures);
  node.append_attribute("errors").set_value(counts.errors);
}

class ComparisonSuite {
 public:
  ComparisonSuite(pugi::xml_node root, const Report& report) : on_(report.policy.fail_on) {
    const Comparison& all = *report.comparison;
    suite_ = root.append_child("testsuite");
    set(suite_, "name", "comparison");
    add_properties(report);
    for (const auto& one : difference_lines(all, true)) {
      const bool skipped = one.likeness == Likeness::undecided || one.likeness == Likeness::unseen;
      add(one.where + ": " + one.what, fails(one.likeness, on_), skipped,
          fmt::format("{}: {}{}", in_words(one.likeness), one.values,
                      one.said.empty() ? "" : "; " + one.said));
    }
    for (const auto& row : all.speed)
      add("speed: " + where(all, row), fails(row, on_), row.pace == Pace::not_compared, row.said);
    std::string told;
    for (const auto& text : not_compared_lines(all)) told += text + "\n";
    if (!told.empty()) suite_.append_child("system-err").text().set(clean(told).c_str());
    add_counts(suite_, counts);
    suite_.append_attribute("skipped").set_value(counts.skipped);
    set(suite_, "time", seconds({}));
    const auto started = std::chrono::system_clock::to_time_t(report.started);
    set(suite_, "timestamp", fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(started)));
  }

  Counts counts;

 private:
  void add_properties(const Report& report) {
    auto properties = suite_.append_child("properties");
    const auto property = [&](const std::string& name, const std::string& value) {
      auto one = properties.append_child("property");
      set(one, "name", name);
      set(one, "value", value);
    };
    property("version", report.version);
    property("run", report.run_id);
    property("compared", what_is_compared(*report.comparison));
    property("verdict", in_words(*report.comparison));
  }

  void add(const std::string& name, bool failed, bool skipped, const std::string& text) {
    auto test = suite_.append_child("testcase");
    set(test, "classname", "comparison");
    set(test, "name", name);
    set(test, "time", seconds({}));
    ++counts.tests;
    if (!failed && !skipped) return;
    ++(failed ? counts.failures : counts.skipped);
    auto told = test.append_child(failed ? "failure" : "skipped");
    set(told, "type", failed ? "fail" : "inconclusive");
    set(told, "message", text);
    told.text().set(clean(text).c_str());
  }

  const FailOn& on_;
  pugi::xml_node suite_;
};

Counts add_suite(pugi::xml_node root, const Report& report, const ScenarioReport& scenario,
                 const std::string& name) {
  Counts counts;
  Duration took{};
  for (const auto& check : scenario.checks) {
    const Mark one = mark(check, report.policy);
    ++counts.tests;
    if (one.element)
      ++(*one.element == 'f'   ? counts.failures
         : *one.element == 'e' ? counts.errors
                               : counts.skipped);
    took += check.took;
  }
  auto suite = root.append_child("testsuite");
  set(suite, "name", name);
  add_counts(suite, counts);
  suite.append_attribute("skipped").set_value(counts.skipped);
  set(suite, "time", seconds(took));
  const auto started = std::chrono::system_clock::to_time_t(report.started);
  set(suite, "timestamp", fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(started)));
  if (!scenario.file.empty()) set(suite, "file", scenario.file);
  add_properties(suite, report, scenario);
  for (const auto& check : scenario.checks)
    add_case(suite, check, scenario, name, mark(check, report.policy));
  add_errors(suite, scenario);
  return counts;
}

std::string render(const Report& report, const RenderOptions&) {
  pugi::xml_document document;
  auto root = document.append_child("testsuites");
  set(root, "name", "ingress-check");
  Counts all;
  const auto add = [&](const Counts& counts) {
    all.tests += counts.tests;
    all.failures += counts.failures;
    all.errors += counts.errors;
  };
  const bool of_results = report.comparison && report.comparison->of_results;
  const auto names = distinct_names(report);
  for (std::size_t i = 0; i < names.size() && !of_results; ++i)
    add(add_suite(root, report, report.scenarios[i], names[i]));
  if (report.comparison && (of_results || report.policy.fail_on.any()))
    add(ComparisonSuite(root, report).counts);
  add_counts(root, all);
  set(root, "time", seconds(report.took));
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace

extern const Format junit{"junit", "JUnit XML, for CI servers (Jenkins, GitLab)", render};

}  // namespace ingress_check::formats
