// When request i of a phase is due: arithmetic alone, without a clock. Time counts from the start
// of the phase, requests ("slots") from 0.
//
// The rate's integral over time gives the number of requests due by then. Evenly spaced, request i
// is due where the integral leaves i; as a Poisson process, where it leaves the sum of i + 1 random
// gaps with a mean of 1 (so the process follows ramps too). Each time is computed from i itself or
// from an exact sum: nothing drifts, however long the phase.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/units.h"

namespace ingress_check {

/// A stretch of a phase in which the rate goes in a straight line from one value to the other.
struct Stage {
  double from = 0, to = 0;  ///< requests a second, 0 to 10 million; equal: constant; 0: a pause
  Duration lasts{};         ///< above 0
  friend bool operator==(const Stage&, const Stage&) = default;
};

enum class Spacing {
  even,     ///< constant arrivals: the gap is 1 / rate
  poisson,  ///< independent, exponentially distributed gaps with a mean of 1 / rate
};

/// The times of one phase. Const throughout: threads may share it.
class Pacer {
 public:
  /// One stage or several, one after the other, together at most 292 years (Duration::max()); at
  /// least one has a rate above 0. Equal seeds give equal times; evenly spaced ones need none. A
  /// Poisson phase ends after 2^43 requests at the latest.
  static Result<Pacer> create(std::vector<Stage> stages, Spacing spacing = Spacing::even,
                              std::uint64_t seed = 0);

  /// When slot i is due, rounded to a nanosecond, never before slot i - 1; Duration::max() past the
  /// last one. Poisson: takes time in proportion to i (use Slots).
  Duration due(std::uint64_t i) const;
  /// How many requests are due in [0, t), as due() has it. Poisson: in proportion to them.
  std::uint64_t due_before(Duration t) const;
  /// All of the phase: due_before(lasts()).
  std::uint64_t total() const { return due_before(lasts_); }
  /// The integral of the rate over [0, t): what total() is on average for Poisson.
  double expected(Duration t) const;
  /// The rate at t, in requests a second; 0 outside the phase.
  double rate(Duration t) const;

  Duration lasts() const { return lasts_; }
  Spacing spacing() const { return spacing_; }

 private:
  friend class Slots;
  struct Stretch {
    Duration begins;  ///< in the phase
    double count;     ///< requests due before it
    Stage stage;
  };

  Pacer() = default;
  const Stretch& at(Duration t) const;
  Duration when(double count) const;  ///< where the integral leaves `count`
  Duration even(std::uint64_t i) const;
  std::uint64_t gap(std::uint64_t i) const;  ///< between slots i - 1 and i, in gap_unit

  std::vector<Stretch> stretches_;
  double count_ = 0;  ///< the integral over all of the phase
  Duration lasts_{};
  Spacing spacing_ = Spacing::even;
  std::uint64_t seed_ = 0;
};

/// The slots of one worker: index, index + stride, index + 2 stride ... Worker w of n takes (w, n);
/// the times are those of Pacer::due whatever n is. One thread; the pacer must outlive it.
class Slots {
 public:
  explicit Slots(const Pacer& pacer, std::uint64_t index = 0, std::uint64_t stride = 1);

  std::uint64_t index() const { return index_; }
  /// Duration::max() once there are no more: see over().
  Duration due() const { return due_; }
  bool over() const { return due_ == Duration::max(); }
  /// On to the next slot. Poisson: about 20 ns for each of the `stride` slots it goes past.
  void next();

 private:
  void advance(std::uint64_t slots);

  const Pacer* pacer_;
  std::uint64_t index_, stride_;
  std::uint64_t gaps_ = 0;  ///< Poisson: sum of the gaps up to index_, exact, in gap_unit
  Duration due_{};
};

}  // namespace ingress_check
