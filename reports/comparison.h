// How the targets of a run, or stored results, compare: computed once (comparing.h), before any
// format sees it. Plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/shift.h"

namespace ingress_check {

/// One column: a target of a run, or of a stored result.
struct Side {
  std::string label;       ///< the target's name; of stored results the file's, or both
  std::string controller;  ///< profile's name; empty: not known
  std::optional<std::size_t> against = {};  ///< the side that is its baseline; empty: it is one
  // Of stored results only.
  std::string result = {};   ///< the file, as it was named
  std::string version = {};  ///< of the program that ran
  std::string run_id = {};
  std::chrono::system_clock::time_point started = {};
};

/// How one observation relates to the baseline's.
enum class Likeness {
  baseline,  ///< of a side that is one; or nothing is known of either
  same,
  predicted,  ///< differs as the documentation of both controllers has it, or as the scenario
              ///< expects
  mended,     ///< failed on the baseline and does not any more
  differs,
  lost,       ///< a protection of the baseline that is not there, or was not shown
  undecided,  ///< a check that came to no verdict
  unseen      ///< observed on one of both only, which proves nothing
};
std::string to_string(Likeness likeness);  ///< "predicted": the word that programs switch on
std::string in_words(Likeness likeness);   ///< "as documented"

/// The baseline's value in a row of a check that itself asks both and compares (Check::compares).
inline constexpr const char* the_reference = "the reference";

struct Cell {
  std::string value = {};  ///< "pass", "503"; empty: not observed
  Likeness likeness = Likeness::baseline;
  std::string said = {};  ///< a difference in plain words; why it is predicted or not compared
};

/// One thing that was looked at: a check's outcome (key "outcome") or a trait (checks/profile.h).
struct BehaviourRow {
  std::string scenario, check;
  std::string key, meaning;
  std::vector<Cell> cells;  ///< one a side
};

/// Where a phase of load stands in the report: scenarios[scenario].checks[check].loads[load].
struct LoadAt {
  std::size_t scenario = 0, check = 0, load = 0;
};

enum class Pace { slower, faster, alike, not_compared };
std::string to_string(Pace pace);  ///< "slower", "faster", "alike", "not-compared"
std::string in_words(Pace pace);   ///< "no difference shown" for alike

/// One phase of load on one side and on its baseline.
struct SpeedRow {
  std::string scenario, check, phase;
  std::size_t side = 0;
  Pace pace = Pace::not_compared;
  bool indicated = false;  ///< more may have changed than the target (the scenario, a closed loop's
                           ///< connections), or a check looks for its rates: never a reason to fail
  std::string said;        ///< in plain words, or why it is not compared
  std::vector<Shift> shifts = {};                   ///< p50, p95, p99, as far as there is enough
  std::optional<LoadAt> baseline = {}, other = {};  ///< both of what was compared
};

/// A check that one of both does not have.
struct LoneCheck {
  std::string scenario, check;
  std::size_t side = 0;  ///< of which it is told
  bool added = false;    ///< it has it and its baseline has not; else the other way round
};

/// What was asked and cannot be compared.
struct Refusal {
  std::string what, why;
};

struct Comparison {
  bool of_results = false;  ///< stored ones; else of the targets of one run
  std::vector<Side> sides;
  std::vector<BehaviourRow> behaviour;
  std::vector<SpeedRow> speed;
  std::vector<LoneCheck> lone;
  std::vector<Refusal> refused;
  std::uint64_t checks = 0, checks_same = 0;  ///< compared; of these alike in all rows
  std::uint64_t routes = 0;                   ///< of those checks that count routes
  std::uint64_t routes_same = 0;              ///< of these in checks whose outcome is the same
  double confidence = 0.99;                   ///< of all intervals of shifts together
  double tolerance = 0;                       ///< a shift within it is no difference
};

struct ComparisonTally {
  int same = 0, predicted = 0, mended = 0, differing = 0, lost = 0, undecided = 0, unseen = 0;
  int slower = 0, faster = 0, alike = 0, not_compared = 0;
};
ComparisonTally tally(const Comparison& comparison);

/// The verdict in one sentence, without a full stop.
std::string in_words(const Comparison& comparison);

/// Whether any cell is neither the baseline, the same nor unseen.
bool stands_out(const BehaviourRow& row);

/// --fail-on: what of a comparison makes the exit status 1.
struct FailOn {
  bool behaviour = false;             ///< a difference that nobody predicted, a lost protection
  std::optional<double> slower = {};  ///< p50 or p99 later by more than this share: 0.1
  bool any() const { return behaviour || slower; }
};

bool fails(const Likeness& likeness, const FailOn& on);
/// With all of its interval.
bool fails(const SpeedRow& row, const FailOn& on);
bool fails(const Comparison& comparison, const FailOn& on);
/// What was asked for and not compared, in one clause: nothing at all; a target that was not
/// reached, checks without a verdict, phases that were refused or whose p50 or p99 is not known.
/// Empty: nothing.
std::string why_open(const Comparison& comparison, const FailOn& on);
bool open(const Comparison& comparison, const FailOn& on);  ///< whether there is such a thing

}  // namespace ingress_check
