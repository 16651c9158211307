// How much later one side answers than another, from what both measured slice by slice: the ratio
// of a percentile with an interval that knows how slices hang together. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/load_reply.h"

namespace ingress_check {

/// Fewer slices a side tell nothing about how much a percentile moves by itself.
inline constexpr std::size_t least_slices = 10;
/// So many answers must lie above a percentile, on each side, for it to be compared.
inline constexpr std::uint64_t least_above = 20;

/// A value with its interval.
struct Estimate {
  double value = 0, low = 0, high = 0;
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// One percentile on both sides, in nanoseconds, and how they relate.
struct Shift {
  double percent = 50;
  Estimate baseline, other;
  Estimate ratio;  ///< other over baseline: 1.1 is later by 10 %
  friend bool operator==(const Shift&, const Shift&) = default;
};

/// The slices after the warm-up that hold answers; they point into the reply. A slice with any
/// request of the warm-up is not among them.
std::vector<const CompactHistogram*> measured_slices(const LoadReply& reply);

/// Empty if a side has fewer than least_slices slices or fewer than least_above answers above the
/// percentile. The percentile of all answers of a side; its error from a bootstrap over blocks of
/// consecutive slices (H. R. Kuensch, Annals of Statistics 17, 1989, p. 1217), on a logarithmic
/// scale; intervals by Student's t with Welch's degrees of freedom (Biometrika 34, 1947, p. 28),
/// since blocks are few. Blocks are a twelfth of the phase, and once more an eighth: the wider
/// interval counts, so that swings of some seconds are not taken for a difference. What swings more
/// slowly than that only shows if the sides are measured in turns. `confidence` of the ratio's
/// interval; those of the sides have 99 %. The same seed gives the same answer.
std::optional<Shift> shift(std::span<const CompactHistogram* const> baseline,
                           std::span<const CompactHistogram* const> other, double percent,
                           double confidence, std::uint64_t seed);

}  // namespace ingress_check
