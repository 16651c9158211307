// What a storm tells of the limit that it met, beside what is configured.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "checks/limits/rate_limit/bucket.h"
#include "checks/limits/rate_limit/plan.h"
#include "checks/limits/rate_limit/windows.h"

namespace ingress_check::rate_limit {

struct Measured {
  std::size_t sent = 0, accepted = 0, refused = 0;
  double lasted = 0;                  ///< seconds from the first request to the last
  bool too_much = false;              ///< more was accepted than the configured buckets could
  bool too_little = false;            ///< more was refused than one configured bucket would
  std::optional<Fit> fit = {};        ///< the buckets that explain it
  bool narrow = false;                ///< the fit tells the rate and capacity to a third
  std::optional<Window> window = {};  ///< if no bucket explains it
  std::map<int, std::uint64_t> statuses = {};  ///< of refusals

  bool as_configured() const { return refused > 0 && !too_much && !too_little; }
};

/// Bounds within which a limiter's rate counts as the one configured: ingress-nginx's is a whole
/// number of thousandths a second (7/m is 0.116/s), and clocks differ.
Interval tolerated_rate(const Plan& plan);

/// The smallest number of replicas, at least `least`, that explain it as configured; 0: none up to
/// 20.
std::int64_t replicas_that_explain(const Plan& plan, const LoadReply& reply, std::int64_t least);

/// Of the storm. One that was refused as a whole tells nothing alone: the bucket was full before
/// it, and what the calm phase met tells its size.
Measured measure_after(const Plan& plan, const Evidence& calm, const Evidence& storm);

/// Of a storm over so many replicas, each with a bucket of its own.
Measured measure(const Plan& plan, const LoadReply& reply, std::int64_t replicas);

}  // namespace ingress_check::rate_limit
