// How fast one side answers beside another, phase of load by phase of load. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "reports/behaviour.h"

namespace ingress_check {

/// How often all shifts of a page together may be wrong; shared equally (C. E. Bonferroni, 1936).
inline constexpr double speed_alpha = 0.01;
/// A shift within it is no difference, however sure.
inline constexpr double speed_tolerance = 0.03;

/// Slower if all of the interval of p50 or of p99 lies above the tolerance, else faster if all of
/// one lies below; p95 is told, not judged. Alike only if both are known, else not compared.
Pace pace_of(const std::vector<Shift>& shifts);

/// Why a phase on both is not the same load: judged on one only, another rate or length, a
/// generator that was the limit, a breaker. Empty: it is.
std::string other_load(const Trialled& baseline, const LoadPhase& before, const Trialled& other,
                       const LoadPhase& now);

/// Why the speed of a phase on both cannot be compared: other_load(), other answers than before,
/// too few slices. Empty: it can.
std::string not_comparable(const Trialled& baseline, const LoadPhase& before, const Trialled& other,
                           const LoadPhase& now);

/// Fills in the shifts, the pace and the words of rows that were not refused; the alpha is shared
/// among all of them. `report` is the one that their places point into.
void measure(std::vector<SpeedRow>& rows, const Report& report);

}  // namespace ingress_check
