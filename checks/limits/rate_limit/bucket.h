// Which leaky buckets explain a storm. A bucket of capacity c that leaks r a second takes a request
// if there is room for it: after a pause c at once, then r a second (nginx's limit_req with
// `nodelay` and a burst of b has c = b + 1; what it refuses changes nothing).
//
// Of a request only the interval in which it arrived is known, so what is computed is what holds
// whenever they arrived: no bucket is ruled out that some arrival times would explain.
#pragma once

#include <optional>
#include <vector>

#include "checks/limits/rate_limit/arrivals.h"

namespace ingress_check::rate_limit {

struct Interval {
  double low = 0, high = 0;
  double middle() const { return (low + high) / 2; }
};

/// The buckets that explain a storm: their rates, a second, and capacities, in requests.
struct Fit {
  Interval rate, capacity;
};

class Storm {
 public:
  /// In order of `from`, as arrivals() gives them. The bucket was empty at the begin.
  explicit Storm(const std::vector<Arrival>& arrivals);

  /// At that rate no smaller capacity has room for all that was accepted: of any stretch of time
  /// from a to b that holds n accepted requests, n <= c + r (b - a).
  double least_capacity(double rate) const;
  /// At that rate no capacity as large refuses all that was refused: for each there is a stretch
  /// from a until its arrival t with n accepted requests, n + 1 > c + r (t - a). Infinite if
  /// nothing was refused.
  double most_capacity(double rate) const;

  /// All buckets that explain it; none: it was no bucket, or there was nothing to tell. Looks at
  /// rates from `least` to `most`, in steps of 0.3 %, and closer at the ends.
  std::optional<Fit> fit(double least, double most) const;

 private:
  /// A request that was refused.
  struct Refusal {
    double from = 0;         ///< it came no earlier
    std::size_t before = 0;  ///< of those that may have been accepted, how many may have come first
    std::size_t surely = 0;  ///< and how many did, whenever they came
  };
  void refuse(const Arrival& one);  ///< in order of `from`, after all others are known
  bool explains(double rate) const { return least_capacity(rate) < most_capacity(rate); }
  double edge(double explained, double not_explained) const;

  std::vector<double> from_, to_;          ///< of the accepted; `to_` never falls
  std::vector<double> may_from_, may_to_;  ///< of all that may have been
  std::vector<Refusal> refused_;
};

}  // namespace ingress_check::rate_limit
