#include "reports/comparison.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check {

std::string to_string(Likeness likeness) {
  switch (likeness) {
    case Likeness::baseline:
      return "baseline";
    case Likeness::same:
      return "same";
    case Likeness::predicted:
      return "predicted";
    case Likeness::mended:
      return "mended";
    case Likeness::differs:
      return "differs";
    case Likeness::lost:
      return "lost";
    case Likeness::undecided:
      return "undecided";
    case Likeness::unseen:
      return "unseen";
  }
  return {};
}

std::string in_words(Likeness likeness) {
  if (likeness == Likeness::predicted) return "differs as foreseen";
  if (likeness == Likeness::mended) return "better";
  if (likeness == Likeness::lost) return "protection missing";
  if (likeness == Likeness::unseen) return "seen on one only";
  return to_string(likeness);
}

std::string to_string(Pace pace) {
  switch (pace) {
    case Pace::slower:
      return "slower";
    case Pace::faster:
      return "faster";
    case Pace::alike:
      return "alike";
    case Pace::not_compared:
      return "not-compared";
  }
  return {};
}

std::string in_words(Pace pace) {
  if (pace == Pace::alike) return "no difference shown";
  return pace == Pace::not_compared ? "not compared" : to_string(pace);
}

ComparisonTally tally(const Comparison& comparison) {
  ComparisonTally sum;
  for (const auto& row : comparison.behaviour)
    for (const auto& cell : row.cells) {
      sum.same += cell.likeness == Likeness::same;
      sum.predicted += cell.likeness == Likeness::predicted;
      sum.mended += cell.likeness == Likeness::mended;
      sum.differing += cell.likeness == Likeness::differs;
      sum.lost += cell.likeness == Likeness::lost;
      sum.undecided += cell.likeness == Likeness::undecided;
      sum.unseen += cell.likeness == Likeness::unseen;
    }
  for (const auto& row : comparison.speed) {
    sum.slower += row.pace == Pace::slower;
    sum.faster += row.pace == Pace::faster;
    sum.alike += row.pace == Pace::alike;
    sum.not_compared += row.pace == Pace::not_compared;
  }
  return sum;
}

namespace {

std::string counted(int n, const char* one, const char* many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string speed_in_words(const Comparison& comparison, const ComparisonTally& sum) {
  std::vector<std::string> parts;
  const auto add = [&](int n, const char* what) {
    if (n > 0) parts.push_back(fmt::format("{} {}", counted(n, "phase", "phases"), what));
  };
  add(sum.slower, "slower");
  add(sum.faster, "faster");
  add(sum.alike, "without a difference shown");
  add(sum.not_compared, "not compared");
  if (parts.empty()) return {};
  const auto hints = std::ranges::count_if(comparison.speed, [](const SpeedRow& row) {
    return row.indicated && (row.pace == Pace::slower || row.pace == Pace::faster);
  });
  return fmt::format("; speed: {}{}", fmt::join(parts, ", "),
                     hints > 0 ? fmt::format(" ({} of it as a hint only)", hints) : "");
}

}  // namespace

std::string in_words(const Comparison& comparison) {
  const ComparisonTally sum = tally(comparison);
  if (comparison.checks == 0) return "nothing could be compared" + speed_in_words(comparison, sum);
  std::vector<std::string> parts;
  if (sum.lost > 0)
    parts.push_back(counted(sum.lost, "protection is missing", "protections are missing"));
  if (sum.differing > 0)
    parts.push_back(counted(sum.differing, "difference that no documentation predicts",
                            "differences that no documentation predicts"));
  if (sum.predicted > 0)
    parts.push_back(counted(sum.predicted, "difference as foreseen", "differences as foreseen"));
  if (sum.mended > 0) parts.push_back(counted(sum.mended, "check better", "checks better"));
  const auto refused = static_cast<int>(comparison.refused.size());
  if (parts.empty())
    parts.push_back(sum.undecided > 0 ? "no difference in what could be decided"
                    : refused > 0     ? "no difference in what was compared"
                                      : "they behave alike in all that was looked at");
  if (sum.undecided > 0)
    parts.push_back(counted(sum.undecided, "check is undecided", "checks are undecided"));
  if (refused > 0)
    parts.push_back(fmt::format("not compared in full: {}", comparison.refused.front().what) +
                    (refused > 1 ? fmt::format(" and {} more", refused - 1) : ""));
  return fmt::format("{}{}", fmt::join(parts, ", "), speed_in_words(comparison, sum));
}

bool stands_out(const BehaviourRow& row) {
  return std::ranges::any_of(row.cells, [](const Cell& cell) {
    return cell.likeness != Likeness::baseline && cell.likeness != Likeness::same &&
           cell.likeness != Likeness::unseen;
  });
}

bool fails(const Likeness& likeness, const FailOn& on) {
  return on.behaviour && (likeness == Likeness::differs || likeness == Likeness::lost);
}

bool fails(const SpeedRow& row, const FailOn& on) {
  if (!on.slower || row.indicated || row.pace == Pace::not_compared) return false;
  return std::ranges::any_of(row.shifts, [&](const Shift& one) {
    return one.percent != 95 && one.ratio.low > 1 + *on.slower;
  });
}

bool fails(const Comparison& comparison, const FailOn& on) {
  const bool behaviour = std::ranges::any_of(comparison.behaviour, [&](const BehaviourRow& row) {
    return std::ranges::any_of(row.cells,
                               [&](const Cell& cell) { return fails(cell.likeness, on); });
  });
  return behaviour ||
         std::ranges::any_of(comparison.speed, [&](const auto& row) { return fails(row, on); });
}

namespace {

/// Of a question about speed.
std::string speed_left_open(const Comparison& comparison) {
  const auto known = [](const SpeedRow& row) {
    return std::ranges::count_if(row.shifts, [](const Shift& one) { return one.percent != 95; });
  };
  bool measured = false;
  for (const auto& row : comparison.speed) {
    if (row.indicated) continue;
    if (row.pace == Pace::not_compared || known(row) < 2)
      return fmt::format("the speed of {}, {} was not compared in full: {}", row.check, row.phase,
                         row.said);
    measured = true;
  }
  return measured ? "" : "no speed was compared";
}

}  // namespace

std::string why_open(const Comparison& comparison, const FailOn& on) {
  if (!comparison.refused.empty())
    return fmt::format("{} was not compared: {}", comparison.refused.front().what,
                       comparison.refused.front().why);
  if (comparison.checks == 0) return "nothing could be compared";
  if (on.behaviour)
    for (const auto& row : comparison.behaviour)
      for (const auto& cell : row.cells)
        if (cell.likeness == Likeness::undecided)
          return fmt::format("{} is undecided: {}", row.check, cell.said);
  return on.slower ? speed_left_open(comparison) : "";
}

bool open(const Comparison& comparison, const FailOn& on) {
  return !why_open(comparison, on).empty();
}

}  // namespace ingress_check
