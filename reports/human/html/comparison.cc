// How targets or results compare: what a person signs.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "reports/comparison_lines.h"
#include "reports/human/html/parts.h"
#include "reports/load_charts.h"
#include "reports/load_lines.h"

namespace ingress_check::html {
namespace {

const char* color_of(Likeness likeness) {
  switch (likeness) {
    case Likeness::lost:
    case Likeness::differs:
      return "bad";
    case Likeness::undecided:
      return "open";
    case Likeness::same:
    case Likeness::mended:
    case Likeness::predicted:
      return "good";
    default:
      return "soft";
  }
}

Data fact(const std::string& name, const std::string& value) {
  return object({{"name", text(name, 60)}, {"value", text(value, 1000)}});
}

std::string about(const Comparison& all, const Side& side) {
  std::string out = side.against ? "against " + all.sides[*side.against].label : "the baseline";
  if (!side.controller.empty()) out += ", " + side.controller;
  if (side.result.empty()) return out;
  return out + fmt::format("; {}, run {} of {:%Y-%m-%d %H:%M:%S} UTC by ingress-check {}",
                           side.result, side.run_id,
                           fmt::gmtime(std::chrono::system_clock::to_time_t(side.started)),
                           side.version);
}

Data facts(const Comparison& all) {
  Data list{Data::type::list};
  for (const auto& side : all.sides) list << fact(side.label, about(all, side));
  list << fact("Checks", fmt::format("{} of {} alike", all.checks_same, all.checks));
  if (all.routes > 0)
    list << fact("Routes",
                 fmt::format("{} of {} with the same outcome", all.routes_same, all.routes));
  if (!all.speed.empty()) list << fact("Speed", how_speed_is_judged(all));
  return list;
}

Data differences(const Comparison& all) {
  Data list{Data::type::list};
  for (const auto& one : difference_lines(all, false)) {
    list << object({{"class", text(color_of(one.likeness))},
                    {"word", text(in_words(one.likeness))},
                    {"where", text(one.where)},
                    {"what", text(one.what)},
                    {"values", text(one.values)},
                    {"said", text(one.said)}});
  }
  return list;
}

/// Everything that was looked at, a column a side.
Data matrix(const Comparison& all) {
  Data list{Data::type::list};
  for (const auto& row : all.behaviour) {
    Data cells{Data::type::list};
    for (const auto& cell : row.cells) {
      const bool marked = cell.likeness != Likeness::baseline && cell.likeness != Likeness::same;
      cells << object({{"value", text(cell.value.empty() ? "-" : cell.value)},
                       {"class", text(marked ? color_of(cell.likeness) : "")},
                       {"word", text(marked ? in_words(cell.likeness) : "")}});
    }
    list << object({{"scenario", text(row.scenario)},
                    {"check", text(row.check)},
                    {"what", text(row.meaning.empty() ? row.key : row.meaning)},
                    {"cells", cells}});
  }
  return list;
}

const char* color_of(const SpeedRow& row, const FailOn& on) {
  if (fails(row, on)) return "bad";
  return row.pace == Pace::faster || row.pace == Pace::alike ? "good" : "open";
}

Data speed(const Comparison& all, const FailOn& on) {
  Data list{Data::type::list};
  for (const auto& row : all.speed)
    list << object({{"class", text(color_of(row, on))},
                    {"word", text(in_words(row.pace))},
                    {"where", text(where(all, row))},
                    {"said", text(row.said)},
                    {"percentiles", texts(percentile_lines(all, row))}});
  return list;
}

/// The baseline and all that is compared with it, phase by phase.
Data charts(const Report& report) {
  const Comparison& all = *report.comparison;
  const auto phase = [&](const LoadAt& at) -> const LoadPhase& {
    return report.scenarios[at.scenario].checks[at.check].loads[at.load];
  };
  Data list{Data::type::list};
  for (const auto& row : all.speed) {
    const auto& side = all.sides[row.side];
    if (!row.baseline || !row.other || !side.against) continue;
    const Chart chart = overlaid_chart({{all.sides[*side.against].label, &phase(*row.baseline)},
                                        {side.label, &phase(*row.other)}});
    list << object({{"caption", text("Response time by percentile, " + where(all, row))},
                    {"svg", Data{svg(chart)}}});
  }
  return list;
}

Data labels(const Comparison& all) {
  Data list{Data::type::list};
  for (const auto& side : all.sides) list << object({{"label", text(side.label)}});
  return list;
}

}  // namespace

void add_comparison(const Report& report, Data& page) {
  page.set("comparison", Data{report.comparison.has_value()});
  page.set("of_results", Data{report.comparison && report.comparison->of_results});
  if (!report.comparison) return;
  const Comparison& all = *report.comparison;
  page.set("compared", text(what_is_compared(all)));
  page.set("compared_verdict", text(in_words(all)));
  page.set("compared_facts", facts(all));
  page.set("differences", differences(all));
  page.set("any_differences", Data{!difference_lines(all, false).empty()});
  page.set("matrix", matrix(all));
  constexpr std::size_t few_rows = 30;
  page.set("matrix_open", Data{all.behaviour.size() <= few_rows});
  page.set("any_matrix", Data{!all.behaviour.empty()});
  page.set("sides", labels(all));
  page.set("speed", speed(all, report.policy.fail_on));
  page.set("any_speed", Data{!all.speed.empty()});
  page.set("not_compared", texts(not_compared_lines(all)));
  page.set("any_not_compared", Data{!not_compared_lines(all).empty()});
  page.set("overlays", charts(report));
}

}  // namespace ingress_check::html
