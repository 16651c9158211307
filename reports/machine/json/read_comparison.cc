#include <cmath>

#include "reports/machine/json/read_values.h"
#include "reports/speed.h"

namespace ingress_check::formats::json_values {
namespace {

/// The value of the enumeration that has this word; the first, and a mistake, if there is none.
template <class Word>
Word word(const Reading& from, Word first, Word last) {
  const std::string text = from.text();
  for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i)
    if (to_string(static_cast<Word>(i)) == text) return static_cast<Word>(i);
  from.wrong("is no word that a comparison has");
  return first;
}

std::size_t index(const Reading& from, std::size_t size) {
  const std::uint64_t number = from.count();
  if (number < size) return number;
  from.wrong("is beyond the end");
  return 0;
}

double share(const Reading& from) {
  const double value = from.real();
  if (value < 0 || value > 1) from.wrong("is no share");
  return value;
}

Side side(const Reading& from) {
  Side side;
  side.label = from["label"].text();
  side.controller = from["controller"].text();
  if (const auto against = from.maybe("against")) side.against = against->count();
  const auto result = from.maybe("result");
  if (!result) return side;
  side.result = result->text();
  side.version = from["version"].text();
  side.run_id = from["run"].text();
  side.started = read_begin(from["started"]);
  return side;
}

BehaviourRow behaviour(const Reading& from, std::size_t sides) {
  BehaviourRow row{from["scenario"].text(),
                   from["check"].text(),
                   from["key"].text(),
                   from["meaning"].text(),
                   {}};
  from["cells"].each([&](const Reading& one) {
    row.cells.push_back({one["value"].text(),
                         word(one["likeness"], Likeness::baseline, Likeness::unseen),
                         one["said"].text()});
  });
  if (row.cells.size() != sides) from.wrong("has not one cell a side");
  return row;
}

Estimate estimate(const Reading& from, double unit) {
  const auto value = [&](const char* key) {
    const double read = from[key].real();
    if (read < 0 || read > 1e15) from.wrong("is no time or ratio");
    return unit > 1 ? std::round(read * unit) : read;  // whole nanoseconds, as they were
  };
  return {value("value"), value("low"), value("high")};
}

LoadAt place(const Reading& from, const Report& report) {
  LoadAt at;
  at.scenario = index(from["scenario"], report.scenarios.size());
  if (report.scenarios.empty()) return at;
  const auto& checks = report.scenarios[at.scenario].checks;
  at.check = index(from["check"], checks.size());
  if (!checks.empty()) at.load = index(from["load"], checks[at.check].loads.size());
  return at;
}

SpeedRow speed(const Reading& from, const Report& report, std::size_t sides) {
  SpeedRow row{from["scenario"].text(),    from["check"].text(), from["phase"].text(),
               index(from["side"], sides), Pace::not_compared,   from["indicated"].flag(),
               from["said"].text()};
  row.pace = word(from["pace"], Pace::slower, Pace::not_compared);
  from["shifts"].each([&](const Reading& one) {
    const double percent = one["percent"].real();
    if (percent != 50 && percent != 95 && percent != 99) one["percent"].wrong("is not compared");
    row.shifts.push_back({percent, estimate(one["baseline_us"], 1000),
                          estimate(one["other_us"], 1000), estimate(one["ratio"], 1)});
  });
  if (pace_of(row.shifts) != row.pace) from["pace"].wrong("is not what the shifts say");
  if (const auto baseline = from.maybe("baseline")) {
    row.baseline = place(*baseline, report);
    row.other = place(from["other"], report);
  }
  return row;
}

}  // namespace

FailOn read_fail_on(const Reading& from) {
  FailOn on;
  on.behaviour = from["behaviour"].flag();
  if (const auto slower = from.maybe("slower")) on.slower = share(*slower);
  return on;
}

Comparison read_comparison(const Reading& from, const Report& report) {
  Comparison made;
  made.of_results = from["of_results"].flag();
  made.checks = from["checks"].count();
  made.checks_same = from["checks_same"].count();
  made.routes = from["routes"].count();
  made.routes_same = from["routes_same"].count();
  made.confidence = share(from["confidence"]);
  made.tolerance = share(from["tolerance"]);
  from["sides"].each([&](const Reading& one) { made.sides.push_back(side(one)); });
  const std::size_t sides = made.sides.size();
  for (const auto& one : made.sides)
    if (one.against && *one.against >= sides) from["sides"].wrong("has a baseline beyond its end");
  from["behaviour"].each(
      [&](const Reading& one) { made.behaviour.push_back(behaviour(one, sides)); });
  from["speed"].each([&](const Reading& one) { made.speed.push_back(speed(one, report, sides)); });
  from["lone"].each([&](const Reading& one) {
    made.lone.push_back({one["scenario"].text(), one["check"].text(), index(one["side"], sides),
                         one["added"].flag()});
  });
  from["refused"].each([&](const Reading& one) {
    made.refused.push_back({one["what"].text(), one["why"].text()});
  });
  if (from["verdict"].text() != in_words(made))
    from["verdict"].wrong("is not what the comparison says");
  return made;
}

}  // namespace ingress_check::formats::json_values
