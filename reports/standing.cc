#include "reports/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/format.h"

namespace ingress_check {
namespace {

constexpr std::size_t longest = 400, longest_reason = 120, longest_name = 100;

}  // namespace

Standing standing(const CheckReport& check) {
  if (check.skipped) return Standing::skipped;
  if (!check.judged) return Standing::not_judged;
  const bool passed = check.verdict.kind == Verdict::Kind::pass;
  if (check.counts_as_failure())
    return check.expected_to_fail && passed ? Standing::unexpected_pass : Standing::fail;
  if (check.counts_as_pass())
    return check.expected_to_fail ? Standing::expected_fail : Standing::pass;
  return check.verdict.kind == Verdict::Kind::inconclusive ? Standing::inconclusive
                                                           : Standing::not_supported;
}

std::string to_string(Standing standing) {
  switch (standing) {
    case Standing::pass:
      return "pass";
    case Standing::fail:
      return "fail";
    case Standing::inconclusive:
      return "inconclusive";
    case Standing::not_supported:
      return "not-supported";
    case Standing::expected_fail:
      return "expected-fail";
    case Standing::unexpected_pass:
      return "unexpected-pass";
    case Standing::skipped:
      return "skipped";
    case Standing::not_judged:
      return "not-judged";
  }
  return {};
}

std::string in_words(Standing standing) {
  if (standing == Standing::expected_fail) return "fails as expected";
  if (standing == Standing::unexpected_pass) return "passes unexpectedly";
  std::string text = to_string(standing);
  std::ranges::replace(text, '-', ' ');
  return text;
}

std::string in_words(const Tally& tally) {
  std::vector<std::string> parts;
  const auto count = [&](int n, const char* what) {
    if (n > 0) parts.push_back(fmt::format("{} {}", n, what));
  };
  count(tally.passed, "passed");
  count(tally.failed, "failed");
  count(tally.expected_failures, "failed as expected");
  count(tally.inconclusive, "inconclusive");
  count(tally.not_supported, "not supported");
  count(tally.not_judged, "not judged");
  count(tally.skipped, "skipped");
  if (parts.empty()) return "nothing was judged";
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> distinct_names(const Report& report) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const auto& scenario : report.scenarios) {
    const std::string name =
        scenario.name.empty() ? "unnamed" : printable(scenario.name, longest_name);
    std::string one = name;
    for (int i = 2; !taken.insert(one).second; ++i) one = fmt::format("{} ({})", name, i);
    names.push_back(std::move(one));
  }
  return names;
}

bool fails(const CheckReport& check, const ExitPolicy& policy) {
  const Standing now = standing(check);
  return check.counts_as_failure() ||
         (now == Standing::inconclusive && policy.inconclusive_fails) ||
         (now == Standing::not_supported && policy.unsupported_fails);
}

int rank(const CheckReport& check, const ExitPolicy& policy) {
  if (fails(check, policy)) return 0;
  switch (standing(check)) {
    case Standing::not_judged:
      return 1;
    case Standing::inconclusive:
      return 2;
    case Standing::not_supported:
      return 3;
    case Standing::skipped:
      return 4;
    default:
      return 5;
  }
}

std::string name_and_cell(const CheckReport& check) {
  std::string text = printable(check.name, longest_name);
  for (const auto& [key, value] : check.cell)
    text += fmt::format(" {}={}", printable(key, 40), printable(value, 40));
  return text;
}

std::string title(const CheckReport& check) {
  std::string text = name_and_cell(check);
  if (check.target != Target{}.name) text += " on " + printable(check.target, longest_name);
  return text;
}

std::string said(const CheckReport& check) {
  if (check.skipped) return printable(check.skip_reason, longest);
  std::string text = printable(check.verdict.summary, longest);
  if (!check.expected_to_fail || !check.judged) return text;
  const std::string why = printable(*check.expected_to_fail, longest_reason);
  if (check.verdict.kind == Verdict::Kind::pass)
    return fmt::format("passed, but was expected to fail: {}", why);
  if (check.counts_as_failure())
    return text + fmt::format(" (without a whole answer, which \"{}\" does not excuse)", why);
  if (check.verdict.kind == Verdict::Kind::fail)
    return text + fmt::format(" (fails as expected: {})", why);
  return text;
}

}  // namespace ingress_check
