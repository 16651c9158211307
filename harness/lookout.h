// Looks again, while a load lasts, where its names lead: a load balancer's addresses come and go.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/load_plan.h"

namespace ingress_check {

/// For the thread that watches over the workers, which never wait for a name. A name that is not
/// found, or not in time, leaves the addresses as they were: a name server's trouble is not the
/// target's. Connections that stand stay where they are.
class Lookout {
 public:
  /// Asks every `options.look_up_every` of the plan, from now on. `flood`: new addresses must be
  /// allowed (Allowance::capped()), others are left out. Plan and resolver outlive it.
  Lookout(const LoadPlan& plan, Resolver& resolver, bool flood, Instant now);

  /// Once in a while; never waits.
  void look(Instant now, const Watch& watch);
  /// Addresses that were left out, as text, in order.
  std::vector<std::string> withheld() const { return {withheld_.begin(), withheld_.end()}; }

 private:
  void take(const Origin& origin, Candidates found);

  const LoadPlan& plan_;
  Resolver& resolver_;
  const bool flood_;
  Instant next_;
  std::set<std::string> asked_;  ///< names without an answer yet
  std::set<std::string> withheld_;
};

}  // namespace ingress_check
