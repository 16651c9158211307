// How fast we may send to whom: a cap for addresses that nobody allowed more for, and room below
// the rate limits that the user says are configured.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/address.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// Requests a second, in all, to addresses that nobody allowed more for.
inline constexpr double courtesy_rate = 5;

/// The part of a configured rate limit that checks may use.
inline constexpr double share_of_limit = 0.7;

/// What a load would send to one host.
struct HostRate {
  std::string host;  ///< that its requests name, without a port
  double per_second = 0;
};

/// Spaces out what goes to addresses outside loopback and the allowed networks, and requests to
/// hosts with a rate limit. One for the whole run, for one thread.
class Allowance {
 public:
  /// `most_per_second` 0: no cap. Allowed are networks, IPs and names of hosts (`*.example.com`:
  /// every name below). A name allows the addresses that were found by looking it up, never those
  /// that somebody else gives out for it.
  static Result<Allowance> create(double most_per_second, const std::vector<std::string>& allowed);

  /// True if the cap holds for one of these addresses at least.
  bool capped(std::span<const Endpoint> endpoints) const;
  /// From now on requests to these hosts go at `share_of_limit` of it, all of them together;
  /// `*.example.com` means every name below. A host with several limits keeps all of them.
  void limit(const HostLimit& limit);
  /// The first limit of which these rates together would take more than `share_of_limit`.
  std::optional<Rate> exceeded(std::span<const HostRate> rates) const;
  /// When the next one may start; takes that place. `now` where there is no cap. `host`: the one
  /// that a request names, without its port; empty: it is no request.
  Instant reserve(std::span<const Endpoint> endpoints, Instant now, std::string_view host = {});
  /// Waits for its place, or until the watch says stop.
  void wait(const Endpoint& endpoint, const Watch& watch);
  /// The same for a request to that host, whatever its address.
  void wait(std::string_view host, const Watch& watch);

 private:
  /// Requests that share a rate.
  struct Lane {
    std::vector<std::string> hosts;  ///< lower case
    Instant::duration gap{};
    Rate limit = {};  ///< as the user stated it
    std::optional<Instant> last = {};

    bool has(std::string_view host) const;  ///< in lower case
    Instant next(Instant now) const { return last ? std::max(now, *last + gap) : now; }
  };
  static void wait_until(Instant place, const Watch& watch);
  bool may_have_more(const Endpoint& endpoint) const;

  double most_per_second_ = 0;
  Networks allowed_;
  std::vector<std::string> names_;  ///< lower case
  Lane courtesy_;
  std::vector<Lane> limited_;
};

}  // namespace ingress_check
