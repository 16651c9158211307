// When a load must stop because the target suffers more than was meant.
#pragma once

#include <deque>
#include <string>

#include "harness/load.h"
#include "harness/sender.h"
#include "harness/socket.h"

namespace ingress_check {

/// Looks at the last 5 s of a load (Load::breaker). For one thread.
class CircuitBreaker {
 public:
  explicit CircuitBreaker(const Load& load) : limits_(load.breaker) {}

  /// True as soon as the limits are exceeded; `totals` since the begin of the phase.
  bool blows(Instant now, const LoadProgress& totals);
  /// In words; empty until it has.
  const std::string& why() const { return why_; }

 private:
  struct Mark {
    Instant at;
    LoadProgress totals;
  };
  std::optional<Breaker> limits_;
  std::deque<Mark> marks_;
  std::string why_;
};

}  // namespace ingress_check
