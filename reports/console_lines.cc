#include "reports/console_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/comparison_lines.h"
#include "reports/ink.h"
#include "reports/load_lines.h"
#include "reports/standing.h"
#include "scenarios/units.h"

namespace ingress_check {
namespace {

constexpr std::size_t most_findings = 20;  ///< a check; the JSON report has all
constexpr std::size_t longest = 400;       ///< characters of one untrusted text
constexpr std::size_t longest_path = 200;

struct Label {
  std::string word;
  Ink ink;
};

Label label(const CheckReport& check) {
  switch (standing(check)) {
    case Standing::pass:
      return {"pass", Ink::green};
    case Standing::expected_fail:
      return {"xfail", Ink::green};
    case Standing::fail:
    case Standing::unexpected_pass:
      return {"FAIL", Ink::red};
    case Standing::not_supported:
      return {"n/a", Ink::yellow};
    case Standing::skipped:
      return {"skip", Ink::dim};
    case Standing::inconclusive:
    case Standing::not_judged:
      break;
  }
  return {"????", Ink::yellow};
}

std::string show_finding(const Finding& finding, const std::string& reproduce,
                         const ScenarioReport& scenario, const RenderOptions& options) {
  std::string out;
  if (finding.place.known()) {
    out += fmt::format("  {}:{}:{}\n", printable(finding.place.file, longest_path),
                       finding.place.line, finding.place.column);
    out += printable_lines(excerpt(finding.place, scenario.source), longest);
  }
  out += row("asked", finding.subject, options);
  out += row("expected", finding.expected, options);
  std::string actual = printable(finding.actual, longest);
  out += fmt::format("  {} {}\n", paint("actual   ", Ink::dim, options),
                     paint(actual, Ink::red, options));
  // A command must stay whole to be copied: it is never wrapped.
  if (!reproduce.empty())
    out +=
        fmt::format("  {} {}\n", paint("try      ", Ink::dim, options), printable(reproduce, 4000));
  return out + "\n";
}

std::string show_diagnosis(const Diagnosis& diagnosis, const RenderOptions& options) {
  std::string out = row("cause", fmt::format("{} [{}]", diagnosis.text, diagnosis.cause), options);
  out += row("mend", diagnosis.fix, options);
  out += row("see", diagnosis.source, options);
  out += row("to tell", diagnosis.separates, options);
  return out + "\n";
}

}  // namespace

std::string console_check(const CheckReport& check, const ScenarioReport& scenario,
                          const RenderOptions& options) {
  const auto [word, ink] = label(check);
  std::string out = paint(fmt::format("{} {}", word, title(check)), ink, options);
  if (check.place.known())
    out += fmt::format("  {}:{}", printable(check.place.file, longest_path), check.place.line);
  out += "\n";
  out += "  " + wrapped(said(check), 2, columns(options)) + "\n\n";
  const auto& verdict = check.verdict;
  for (std::size_t i = 0; i < verdict.findings.size() && i < most_findings; ++i)
    out += show_finding(verdict.findings[i], i < check.reproduce.size() ? check.reproduce[i] : "",
                        scenario, options);
  if (verdict.findings.size() > most_findings)
    out += fmt::format("  and {} more findings: --report json has them all\n\n",
                       verdict.findings.size() - most_findings);
  for (const auto& diagnosis : verdict.diagnoses) out += show_diagnosis(diagnosis, options);
  for (const auto& text : verdict.not_shown) out += row("unproved", text, options);
  for (const auto& text : verdict.notes) out += row("note", text, options);
  if (!verdict.not_shown.empty() || !verdict.notes.empty()) out += "\n";
  return out;
}

namespace {

/// What its loads measured: of a check that simply passed the most important.
std::string show_loads(const CheckReport& check, const RenderOptions& options) {
  std::string out;
  const bool brief = check.counts_as_pass() && !options.verbose;
  for (const auto& phase : check.loads) {
    std::string name = title(check);
    if (phase.name != check.name) name += ", " + printable(phase.name, 80);
    out += load_table(name, phase, brief, options);
  }
  return out;
}

bool needs_words(const CheckReport& check) {
  return !check.skipped && !check.counts_as_pass() && !check.never_begun();
}

std::string closing(const Report& report, const RenderOptions& options) {
  const Ink ink = report.exit_status == 0   ? Ink::green
                  : report.exit_status == 4 ? Ink::yellow
                                            : Ink::red;
  const bool of_results = report.comparison && report.comparison->of_results;
  std::string out = paint(of_results ? "compared" : in_words(tally(report)), ink, options);
  out += fmt::format(" in {}; exit status {}", to_string(report.took), report.exit_status);
  if (report.interrupted) out += "; interrupted, what was measured so far is above";
  out += "\n";
  if (report.exit_status == 4 && report.comparison && report.policy.fail_on.any())
    if (const auto why = why_open(*report.comparison, report.policy.fail_on); !why.empty())
      out += fmt::format("--fail-on cannot tell: {}\n", printable(why, longest));
  for (const auto& [format, path] : report.written)
    if (path != "-") out += fmt::format("{} report: {}\n", format, printable(path, longest_path));
  return out;
}

}  // namespace

std::string console_header(const ScenarioReport& scenario, const RenderOptions& options) {
  std::string out = paint(printable(scenario.name, 100), Ink::bold, options);
  out += scenario.file.empty() ? "\n" : "  " + printable(scenario.file, longest_path) + "\n";
  if (!scenario.about.empty())
    out += "  " + wrapped(printable(scenario.about, 300), 2, columns(options)) + "\n";
  for (const auto& target : scenario.targets) {
    out += fmt::format("  {} at {}", printable(target.url, longest_path),
                       printable(target.address, longest_path));
    if (target.error)
      out += ", not reached";
    else if (!target.controller.empty())
      out += fmt::format(", {} {}", target.controller_guessed ? "looks like" : "taken for",
                         printable(target.controller, 100));
    if (scenario.targets.size() > 1) out += fmt::format(" ({})", printable(target.name, 100));
    out += "\n";
    if (options.verbose)
      for (const auto& reason : target.because)
        out += fmt::format("    because {}\n", printable(reason, 200));
  }
  return out;
}

std::string console_line(const CheckReport& check, const RenderOptions& options) {
  const auto [word, ink] = label(check);
  std::string cost;
  if (!check.skipped && !check.never_begun())
    cost = fmt::format("{} sent, {}", check.sent, to_string(check.took));
  std::string out = fmt::format("  {} {:<18} {}", paint(fmt::format("{:<5}", word), ink, options),
                                title(check), said(check));
  if (!cost.empty()) out += "  " + paint("(" + cost + ")", Ink::dim, options);
  out += "\n";
  if (check.counts_as_pass() && !check.expected_to_fail) {
    for (const auto& text : check.verdict.notes)
      out += fmt::format("        note: {}\n", printable(text, longest));
    if (options.verbose) {
      for (const auto& text : check.verdict.shown)
        out += fmt::format("        shown: {}\n", printable(text, longest));
      for (const auto& text : check.verdict.not_shown)
        out += fmt::format("        not shown: {}\n", printable(text, longest));
    }
  }
  return out;
}

std::string console_details(const Report& report, const RenderOptions& options) {
  std::string out = "\n";
  // Stored results have been told when they were made.
  if (report.comparison && report.comparison->of_results)
    return console_comparison(report, options) + closing(report, options);
  for (const auto& scenario : report.scenarios) {
    for (const auto& check : scenario.checks) {
      if (needs_words(check)) out += console_check(check, scenario, options);
      out += show_loads(check, options);
    }
    const auto tell = [&](const std::optional<Error>& error) {
      if (error)
        out += paint("error: ", Ink::red, options) +
               printable_lines(show(*error, scenario.source), 2 * longest) + "\n";
    };
    for (const auto& target : scenario.targets) tell(target.error);
    tell(scenario.error);
  }
  return out + console_comparison(report, options) + closing(report, options);
}

}  // namespace ingress_check
