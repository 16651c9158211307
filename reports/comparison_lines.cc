#include "reports/comparison_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/ink.h"
#include "reports/load_lines.h"

namespace ingress_check {
namespace {

constexpr std::size_t longest = 400;
constexpr std::size_t most_lines = 40;  ///< on a terminal; the other reports have all

std::size_t compared_sides(const Comparison& comparison) {
  return static_cast<std::size_t>(std::ranges::count_if(
      comparison.sides, [](const Side& side) { return side.against.has_value(); }));
}

bool several_scenarios(const Comparison& comparison) {
  std::set<std::string> names;
  for (const auto& row : comparison.behaviour) names.insert(row.scenario);
  for (const auto& row : comparison.speed) names.insert(row.scenario);
  return names.size() > 1;
}

int gravity(Likeness likeness) {
  switch (likeness) {
    case Likeness::lost:
      return 0;
    case Likeness::differs:
      return 1;
    case Likeness::undecided:
      return 2;
    case Likeness::mended:
      return 3;
    case Likeness::predicted:
      return 4;
    default:
      return 5;
  }
}

std::string or_none(const std::string& value) { return value.empty() ? "not seen" : value; }

Ink ink_of(Likeness likeness) {
  const int grave = gravity(likeness);
  return grave < 2 ? Ink::red : grave == 2 ? Ink::yellow : grave < 5 ? Ink::green : Ink::dim;
}

Ink ink_of(const SpeedRow& row, const FailOn& on) {
  if (fails(row, on)) return Ink::red;
  return row.pace == Pace::alike || row.pace == Pace::faster ? Ink::green : Ink::yellow;
}

/// "  word      text", the text wrapped beside it.
std::string line(const std::string& word, Ink ink, const std::string& words,
                 const RenderOptions& options) {
  constexpr std::size_t column = 22;
  return fmt::format("  {} {}\n", paint(fmt::format("{:<{}}", word, column - 3), ink, options),
                     wrapped(printable(words, 2 * longest), column, columns(options)));
}

}  // namespace

std::string what_is_compared(const Comparison& comparison) {
  std::string out;
  for (std::size_t base = 0; base < comparison.sides.size(); ++base) {
    std::vector<std::string> others;
    for (const auto& side : comparison.sides)
      if (side.against == base) others.push_back(side.label);
    if (!others.empty())
      out += fmt::format("{}{} against {}", out.empty() ? "" : "; ", fmt::join(others, " and "),
                         comparison.sides[base].label);
  }
  return out;
}

std::string on_side(const Comparison& comparison, std::size_t side) {
  return compared_sides(comparison) > 1 ? " on " + comparison.sides[side].label : "";
}

std::string how_much_is_alike(const Comparison& comparison) {
  std::string text =
      fmt::format("{} of {} checks alike", comparison.checks_same, comparison.checks);
  if (comparison.routes > 0)
    text += fmt::format("; {} of {} routes with the same outcome", comparison.routes_same,
                        comparison.routes);
  return text;
}

std::string how_speed_is_judged(const Comparison& comparison) {
  return fmt::format(
      "all intervals of shifts hold together in {:.0f} of 100 comparisons like this; a shift "
      "within {:.0f}% is no difference; sides that were not measured in turns also differ by what "
      "happened meanwhile",
      100 * comparison.confidence, 100 * comparison.tolerance);
}

std::vector<DifferenceLine> difference_lines(const Comparison& comparison, bool all) {
  const bool several = several_scenarios(comparison);
  std::vector<DifferenceLine> lines;
  for (const auto& row : comparison.behaviour)
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const Cell& cell = row.cells[i];
      const auto base = comparison.sides[i].against;
      if (cell.likeness == Likeness::baseline || !base) continue;
      if (!all && (cell.likeness == Likeness::same || cell.likeness == Likeness::unseen)) continue;
      const std::string& before = row.cells[*base].value;
      const bool told = row.key != "outcome" && !cell.said.empty();
      lines.push_back({cell.likeness,
                       (several ? row.scenario + ": " : "") + row.check + on_side(comparison, i),
                       row.meaning.empty() ? row.key : row.meaning,
                       told ? ""
                       : before == cell.value || before == the_reference
                           ? cell.value
                           : or_none(before) + " against " + or_none(cell.value),
                       cell.said});
    }
  std::ranges::stable_sort(lines, {},
                           [](const DifferenceLine& one) { return gravity(one.likeness); });
  return lines;
}

std::string where(const Comparison& comparison, const SpeedRow& row) {
  std::string text = several_scenarios(comparison) ? row.scenario + ": " : "";
  text += row.check;
  if (row.phase != row.check) text += ", " + row.phase;
  return text + on_side(comparison, row.side);
}

std::string with_interval(const Estimate& one) {
  return fmt::format("{} ({} to {})", brief_time(one.value), brief_time(one.low),
                     brief_time(one.high));
}

std::vector<std::string> percentile_lines(const Comparison& comparison, const SpeedRow& row) {
  if (row.shifts.empty()) return {};
  const auto told = [&](const std::string& label, const Estimate Shift::*which) {
    std::vector<std::string> parts;
    for (const auto& one : row.shifts)
      parts.push_back(fmt::format("p{:.0f} {}", one.percent, with_interval(one.*which)));
    return fmt::format("{}: {}", label, fmt::join(parts, ", "));
  };
  const auto& side = comparison.sides[row.side];
  std::vector<std::string> lines;
  if (side.against) lines.push_back(told(comparison.sides[*side.against].label, &Shift::baseline));
  lines.push_back(told(side.label, &Shift::other));
  return lines;
}

std::vector<std::string> not_compared_lines(const Comparison& comparison) {
  std::vector<std::string> lines;
  for (const auto& one : comparison.lone) {
    const auto& side = comparison.sides[one.side];
    const auto& base = comparison.sides[side.against.value_or(one.side)];
    lines.push_back(fmt::format("{}: {}: {} in {}, not in {}", one.scenario, one.check,
                                one.added ? "added" : "only", one.added ? side.label : base.label,
                                one.added ? base.label : side.label));
  }
  for (const auto& one : comparison.refused) lines.push_back(one.what + ": " + one.why);
  return lines;
}

std::string console_comparison(const Report& report, const RenderOptions& options) {
  if (!report.comparison) return {};
  const Comparison& all = *report.comparison;
  std::string out = paint("Comparison", Ink::bold, options) + "  " +
                    printable(what_is_compared(all), longest) + "\n";
  const auto differences = difference_lines(all, options.verbose);
  for (std::size_t i = 0; i < differences.size() && i < most_lines; ++i) {
    const auto& one = differences[i];
    out += line(in_words(one.likeness), ink_of(one.likeness),
                fmt::format("{}: {}: {}{}{}", one.where, one.what, one.values,
                            one.values.empty() || one.said.empty() ? "" : "; ", one.said),
                options);
  }
  if (differences.size() > most_lines)
    out += fmt::format("  and {} more: the other reports have them all\n",
                       differences.size() - most_lines);
  for (const auto& row : all.speed) {
    out += line(in_words(row.pace), ink_of(row, report.policy.fail_on),
                fmt::format("{}: {}", where(all, row), row.said), options);
    for (const auto& text : percentile_lines(all, row)) out += line("", Ink::dim, text, options);
  }
  for (const auto& text : not_compared_lines(all))
    out += line("not compared", Ink::yellow, text, options);
  out += line("in all", Ink::dim, how_much_is_alike(all), options);
  if (!all.speed.empty()) out += line("speed", Ink::dim, how_speed_is_judged(all), options);
  return out + "  " + wrapped(in_words(all), 2, columns(options)) + "\n\n";
}

}  // namespace ingress_check
