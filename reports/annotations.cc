#include "reports/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/standing.h"

namespace ingress_check {
namespace {

constexpr std::size_t most = 10;
constexpr std::size_t longest = 400;

/// Percent signs and line breaks would end a message, colons and commas a property.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string command(const char* word, const Place& place, const std::string& title,
                    const std::string& message) {
  std::string out = fmt::format("::{} ", word);
  if (place.known())
    out += fmt::format("file={},line={},col={},", escaped(printable(place.file, longest), true),
                       place.line, place.column);
  return out + fmt::format("title={}::{}\n", escaped(title, true), escaped(message, false));
}

std::string message(const CheckReport& check) {
  std::string out = said(check);
  const auto& verdict = check.verdict;
  if (!verdict.findings.empty()) {
    const Finding& finding = verdict.findings.front();
    out += fmt::format("\n{}\nexpected: {}\nactual: {}", printable(finding.subject, longest),
                       printable(finding.expected, longest), printable(finding.actual, longest));
  }
  if (!verdict.diagnoses.empty())
    out += fmt::format("\ncause: {}\nmend: {}", printable(verdict.diagnoses.front().text, longest),
                       printable(verdict.diagnoses.front().fix, longest));
  return out;
}

/// The place of what was not met says more than the check's own.
Place place(const CheckReport& check) {
  for (const auto& finding : check.verdict.findings)
    if (finding.place.known()) return finding.place;
  return check.place;
}

std::string joined(const char* word, std::vector<std::string> lines) {
  if (lines.size() > most) {
    const auto more = lines.size() - (most - 1);
    lines.resize(most - 1);
    lines.push_back(
        command(word, {}, "ingress-check", fmt::format("and {} more: see the report", more)));
  }
  std::string out;
  for (const auto& line : lines) out += line;
  return out;
}

}  // namespace

std::string annotations(const Report& report) {
  std::vector<std::string> errors, warnings;
  for (const auto& scenario : report.scenarios) {
    const auto add = [&](const Error& error) {
      errors.push_back(
          command("error", error.place, "ingress-check",
                  printable(error.what, longest) + "\n" + printable(error.hint, longest)));
    };
    if (scenario.error) add(*scenario.error);
    for (const auto& target : scenario.targets)
      if (target.error) add(*target.error);
  }
  for (const auto& scenario : report.scenarios)
    for (const auto& check : scenario.checks) {
      const Standing now = standing(check);
      const std::string title = fmt::format("{}: {}", to_string(now), ingress_check::title(check));
      if (fails(check, report.policy))
        errors.push_back(command("error", place(check), title, message(check)));
      else if (now == Standing::inconclusive || now == Standing::not_judged)
        warnings.push_back(command("warning", place(check), title, message(check)));
    }
  return joined("error", std::move(errors)) + joined("warning", std::move(warnings));
}

}  // namespace ingress_check
