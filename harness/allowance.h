// How fast we may send to whom: a cap for addresses that nobody allowed more for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/address.h"

namespace ingress_check {

/// Requests a second, in all, to addresses that nobody allowed more for.
inline constexpr double courtesy_rate = 5;

/// Spaces out what goes to addresses outside loopback and the allowed networks. For one thread.
class Allowance {
 public:
  /// `most_per_second` 0: no cap.
  static Result<Allowance> create(double most_per_second, const std::vector<std::string>& allowed);

  /// True if the cap holds for one of these addresses at least.
  bool capped(std::span<const Endpoint> endpoints) const;
  /// When the next one may start; takes that place. `now` where there is no cap.
  Instant reserve(std::span<const Endpoint> endpoints, Instant now);
  /// Waits for its place, or until the watch says stop.
  void wait(const Endpoint& endpoint, const Watch& watch);

 private:
  double most_per_second_ = 0;
  Networks allowed_;
  std::optional<Instant> last_;
};

}  // namespace ingress_check
