#include "reports/comparing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "checks/check.h"
#include "reports/failures.h"
#include "reports/protection.h"
#include "reports/speed.h"
#include "reports/standing.h"

namespace ingress_check {
namespace {

/// A check and where it stands.
struct Found {
  std::string title;  ///< with a number where several are alike
  const CheckReport* check;
  std::size_t at;
};

std::string key_of(const CheckReport& check) {
  std::string key = check.check + '\n' + check.name;
  for (const auto& [name, value] : check.cell) key += '\n' + name + '=' + value;
  return key;
}

/// Loads of other checks are tools: storms against a limit, a few requests a second to calm down.
bool measures_speed(const CheckReport& check) {
  return check.check == "latency" || check.check == "availability" || check.check == "load";
}

/// Whether more may have changed than the target: the scenario; or a closed loop of which no
/// scenario says how many connections it had.
bool perhaps_another(const Trialled& left, const Trialled& right, const LoadPhase& phase) {
  const std::string& asked = left.scenario->source;
  return asked != right.scenario->source || (asked.empty() && !phase.reply.open_loop);
}

bool rewritten(const Trialled& left, const Trialled& right) {
  return item_text(*left.scenario, *left.check) != item_text(*right.scenario, *right.check);
}

class Comparing {
 public:
  Comparing(const Report& report, std::vector<Column> columns)
      : report_(report), columns_(std::move(columns)) {
    comparison_.tolerance = speed_tolerance;
    comparison_.confidence = 1 - speed_alpha;
    for (const auto& column : columns_) comparison_.sides.push_back(column.side);
  }

  Comparison done() && {
    for (std::size_t side = 0; side < columns_.size(); ++side) {
      const Column& column = columns_[side];
      if (column.interrupted)
        refuse(column.side.label, "its run was interrupted: what was not judged is not compared");
      if (column.side.against) compare(side);
    }
    measure(comparison_.speed, report_);
    judge_failures();
    count();
    return std::move(comparison_);
  }

 private:
  void refuse(std::string what, std::string why) {
    comparison_.refused.push_back({std::move(what), std::move(why)});
  }

  void compare(std::size_t side) {
    const Column &column = columns_[side], &base = columns_[*column.side.against];
    const auto place_of = [](const Column& one, const std::string& scenario) {
      return std::ranges::find(one.places, scenario, &SidePlace::scenario);
    };
    for (const auto& place : base.places) {
      const auto other = place_of(column, place.scenario);
      if (other == column.places.end())
        refuse("scenario " + place.scenario, "it is not in " + column.side.label);
      else if (reached(place, base) && reached(*other, column))
        compare(side, place, *other);
    }
    for (const auto& place : column.places)
      if (place_of(base, place.scenario) == base.places.end())
        refuse("scenario " + place.scenario, "it is not in " + base.side.label);
  }

  bool reached(const SidePlace& place, const Column& column) {
    for (const auto& target : report_.scenarios[place.at].targets)
      if (target.name == place.target && target.error) {
        refuse(fmt::format("{} in {}", column.side.label, place.scenario), target.error->what);
        return false;
      }
    bool begun = false, any = false;
    for (const auto& one : checks_at(place)) {
      any = any || one.check->never_begun();
      begun = begun || (!one.check->never_begun() && !one.check->skipped);
    }
    if (any && !begun)
      refuse(fmt::format("{} in {}", column.side.label, place.scenario),
             "none of its checks was begun");
    return begun || !any;
  }

  std::vector<Found> checks_at(const SidePlace& place) const {
    std::vector<Found> found;
    const auto& checks = report_.scenarios[place.at].checks;
    for (std::size_t i = 0; i < checks.size(); ++i)
      if (checks[i].target == place.target)
        found.push_back({name_and_cell(checks[i]), &checks[i], i});
    return found;
  }

  void compare(std::size_t side, const SidePlace& before, const SidePlace& now) {
    std::vector<Found> others = checks_at(now);
    std::map<std::string, int> numbers;
    for (auto& one : checks_at(before)) {
      if (const int number = ++numbers[one.title]; number > 1)
        one.title += fmt::format(" ({})", number);
      const auto other = partner(before, one, now, others);
      if (other == others.end()) {
        lone(side, before, one);
        continue;
      }
      compare(side, before, one, now, *other);
      others.erase(other);
    }
    for (const auto& one : others)
      if (asked_both(before, one, now))
        add(now.scenario, one.title, side, own_comparison(*one.check));
      else
        comparison_.lone.push_back({now.scenario, one.title, side, true});
  }

  /// A check that compares is run for the others of a scenario's targets alone: what it says is how
  /// they relate to the first.
  bool asked_both(const SidePlace& before, const Found& one, const SidePlace& now) const {
    const Check* check = find_check(one.check->check);
    return check && check->compares && before.at == now.at &&
           report_.scenarios[now.at].targets.front().name == before.target;
  }

  /// Among several of the same name the one that is written alike, else the first.
  std::vector<Found>::iterator partner(const SidePlace& before, const Found& one,
                                       const SidePlace& now, std::vector<Found>& others) const {
    const std::string key = key_of(*one.check);
    const std::string text = item_text(report_.scenarios[before.at], *one.check);
    auto first = others.end();
    for (auto at = others.begin(); at != others.end(); ++at) {
      if (key_of(*at->check) != key) continue;
      if (item_text(report_.scenarios[now.at], *at->check) == text) return at;
      if (first == others.end()) first = at;
    }
    return first;
  }

  Trialled trialled(std::size_t side, const SidePlace& place, const Found& one) const {
    return {&report_.scenarios[place.at], one.check, &comparison_.sides[side]};
  }

  void lone(std::size_t side, const SidePlace& before, const Found& one) {
    comparison_.lone.push_back({before.scenario, one.title, side, false});
    const std::size_t base = *columns_[side].side.against;
    for (auto& seen : absent(trialled(base, before, one)))
      add(before.scenario, one.title, side, std::move(seen));
  }

  void compare(std::size_t side, const SidePlace& before, const Found& one, const SidePlace& now,
               const Found& other) {
    const std::size_t base = *columns_[side].side.against;
    const Trialled left = trialled(base, before, one), right = trialled(side, now, other);
    const bool other_words = rewritten(left, right);
    for (auto& seen : observations(left, right)) {
      if (other_words && !seen.other.said.empty())
        seen.other.said += " (the check is written otherwise there)";
      add(before.scenario, one.title, side, std::move(seen));
    }
    if (one.check->check == "capacity") return searched(side, left, one.title);
    if (!measures_speed(*one.check)) return;
    std::map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < one.check->loads.size(); ++i) {
      const std::string& name = one.check->loads[i].name;
      speed(side, {before.at, one.at, i}, one.title, left, {now.at, other.at, numbers[name]++},
            right);
    }
  }

  /// A check that looks for its rates itself asks each target another question.
  void searched(std::size_t side, const Trialled& left, const std::string& title) {
    if (left.check->loads.empty()) return;
    comparison_.speed.push_back({left.scenario->name, title, "search", side, Pace::not_compared,
                                 true, "it looks for its rates itself; its outcome is compared"});
  }

  /// `now.load`: which of that name.
  void speed(std::size_t side, const LoadAt& before, const std::string& title, const Trialled& left,
             LoadAt now, const Trialled& right) {
    const LoadPhase& one = left.check->loads[before.load];
    const std::string phase =
        now.load == 0 ? one.name : fmt::format("{} ({})", one.name, now.load + 1);
    SpeedRow row{left.scenario->name,
                 title,
                 one.name,
                 side,
                 Pace::not_compared,
                 perhaps_another(left, right, one),
                 {}};
    const auto& loads = right.check->loads;
    std::size_t nth = now.load;
    const auto found = std::ranges::find_if(
        loads, [&](const LoadPhase& other) { return other.name == one.name && nth-- == 0; });
    if (found == loads.end()) {
      row.said = fmt::format("{} has no such phase", right.side->label);
    } else {
      now.load = static_cast<std::size_t>(found - loads.begin());
      failures_.push_back({row.scenario, title, phase, side, before, now,
                           rewritten(left, right) ? "the check is written otherwise there"
                                                  : other_load(left, one, right, *found)});
      row.said = not_comparable(left, one, right, *found);
      if (row.said.empty()) row.baseline = before, row.other = now;
    }
    comparison_.speed.push_back(std::move(row));
  }

  void judge_failures() {
    const double alpha = run_alpha / std::max(1.0, 2 * static_cast<double>(failures_.size()));
    for (const auto& one : failures_)
      for (const auto judge : {failed_requests, refused_requests})
        if (auto seen = judge(one, report_, alpha))
          add(one.scenario, one.check, one.side, std::move(*seen));
  }

  void add(const std::string& scenario, const std::string& check, std::size_t side,
           Observation seen) {
    auto& rows = comparison_.behaviour;
    auto row = std::ranges::find_if(rows, [&](const BehaviourRow& one) {
      return one.scenario == scenario && one.check == check && one.key == seen.key;
    });
    if (row == rows.end())
      row = rows.insert(rows.end(), {scenario, check, std::move(seen.key), std::move(seen.meaning),
                                     std::vector<Cell>(columns_.size())});
    row->cells[*columns_[side].side.against].value = std::move(seen.baseline);
    row->cells[side] = std::move(seen.other);
  }

  double routes_of(const std::string& scenario, const std::string& check) const {
    for (const auto& column : columns_)
      for (const auto& place : column.places)
        if (place.scenario == scenario)
          for (const auto& one : checks_at(place))
            if (one.title == check)
              for (const auto& figure : one.check->verdict.figures)
                if (figure.name == "routes" && std::isfinite(figure.value) && figure.value > 0)
                  return std::min(figure.value, 1e9);
    return 0;
  }

  void count() {
    struct Alike {
      bool all = true, outcome = true;
    };
    std::map<std::pair<std::string, std::string>, Alike> checks;
    for (const auto& row : comparison_.behaviour) {
      Alike& alike = checks[{row.scenario, row.check}];
      if (!stands_out(row)) continue;
      alike.all = false;
      if (row.key == "outcome") alike.outcome = false;
    }
    for (const auto& [name, alike] : checks) {
      const auto routes = static_cast<std::uint64_t>(routes_of(name.first, name.second));
      ++comparison_.checks;
      comparison_.routes += routes;
      if (alike.all) ++comparison_.checks_same;
      if (alike.outcome) comparison_.routes_same += routes;
    }
  }

  const Report& report_;
  std::vector<Column> columns_;
  Comparison comparison_;
  std::vector<LoadPair> failures_;
};

}  // namespace

Comparison compare_columns(const Report& report, std::vector<Column> columns) {
  return Comparing(report, std::move(columns)).done();
}

std::optional<Comparison> compare_targets(const Report& report) {
  auto columns = columns_of(report);
  if (columns.empty()) return std::nullopt;
  return compare_columns(report, std::move(columns));
}

}  // namespace ingress_check
