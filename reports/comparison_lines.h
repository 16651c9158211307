// A comparison in lines of words, for every format that prints it. What a server sent is not
// printable yet.
#pragma once

#include <string>
#include <vector>

#include "reports/format.h"

namespace ingress_check {

/// "new against old"; several: "new and newer against old".
std::string what_is_compared(const Comparison& comparison);
/// " on new", where more than one side is compared; else "".
std::string on_side(const Comparison& comparison, std::size_t side);
/// "11 of 12 checks alike; 20 of 23 routes with the same outcome".
std::string how_much_is_alike(const Comparison& comparison);
/// "all intervals of shifts hold together in 99 of 100 comparisons like this; a shift within 3%
/// ...".
std::string how_speed_is_judged(const Comparison& comparison);

/// One cell that is not the baseline's.
struct DifferenceLine {
  Likeness likeness;
  std::string where;   ///< "storm: routes http=2 on new"; the scenario where there are several
  std::string what;    ///< the meaning of what was looked at
  std::string values;  ///< "pass against fail"; empty where `said` tells them: of traits
  std::string said;    ///< "503 against 429", or more about it; may be empty
};
/// The gravest first. `all`: also what is the same or was seen on one only.
std::vector<DifferenceLine> difference_lines(const Comparison& comparison, bool all);

/// "storm: latency, calm on new".
std::string where(const Comparison& comparison, const SpeedRow& row);
/// "20.1ms (19.9ms to 20.3ms)".
std::string with_interval(const Estimate& nanoseconds);
/// "old p50 20.1ms (...), p95 ..., p99 ...": one line a side.
std::vector<std::string> percentile_lines(const Comparison& comparison, const SpeedRow& row);

/// What only one has, and what was refused: "only in new: canary", "scenario shop: it is not in
/// new".
std::vector<std::string> not_compared_lines(const Comparison& comparison);

/// For a terminal; empty if there is no comparison.
std::string console_comparison(const Report& report, const RenderOptions& options);

}  // namespace ingress_check
