#include <fmt/format.h>

#include "reports/comparison_lines.h"
#include "reports/human/markdown/section.h"

namespace ingress_check::formats::markdown_text {
namespace {

std::string mark(Likeness likeness) {
  const bool bad = likeness == Likeness::lost || likeness == Likeness::differs;
  if (bad) return "❌ **" + in_words(likeness) + "**";
  return (likeness == Likeness::undecided ? "❔ " : "➖ ") + in_words(likeness);
}

}  // namespace

Section compared_behaviour(const Comparison& all) {
  Section section{1, "differences",
                  fmt::format("\n### Comparison: {}\n\n{}. {}.\n", code(what_is_compared(all)),
                              prose(in_words(all)), prose(how_much_is_alike(all)))};
  const auto lines = difference_lines(all, false);
  if (lines.empty()) return {0, nullptr, section.head};
  section.head += "\n| | check | what | baseline against the other |\n|---|---|---|---|\n";
  for (const auto& one : lines)
    section.items.push_back(
        fmt::format("| {} | {} | {} | {}{}{} |\n", mark(one.likeness), cell(code(one.where)),
                    cell(prose(one.what)), cell(prose(one.values)),
                    one.values.empty() || one.said.empty() ? "" : "; ", cell(prose(one.said))));
  return section;
}

Section compared_speed(const Comparison& all) {
  Section section{2, "phases compared",
                  "\n| speed | phase | shift | percentiles |\n|---|---|---|---|\n"};
  for (const auto& row : all.speed) {
    std::string told;
    for (const auto& text : percentile_lines(all, row))
      told += (told.empty() ? "" : "<br>") + cell(code(text));
    section.items.push_back(fmt::format("| {} | {} | {} | {} |\n", in_words(row.pace),
                                        cell(code(where(all, row))), cell(code(row.said)), told));
  }
  section.tail = "\n" + prose(how_speed_is_judged(all)) + ".\n";
  return section;
}

Section left_open(const Comparison& all) {
  Section section{2, "things that were not compared", "\nNot compared:\n\n"};
  for (const auto& text : not_compared_lines(all))
    section.items.push_back("- " + code(text) + "\n");
  return section;
}

}  // namespace ingress_check::formats::markdown_text
