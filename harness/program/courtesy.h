// What may go to places that nobody allowed more for: few questions, no changes; and what must stay
// below the rate limits that a scenario states.
#pragma once

#include <optional>
#include <string>

#include "harness/allowance.h"
#include "harness/sender.h"

namespace ingress_check {

/// Why a phase was not sent.
struct Withheld {
  std::string what;  ///< "POST to 203.0.113.7", "500/s to 203.0.113.7"
  std::string why;   ///< a clause that goes on after "it sends ..., "
  std::string mend;  ///< "run with --allow 203.0.113.7"
};

/// Passes phases on to another Sender, except, whole, and ended as interrupted: those that would
/// send to an address outside loopback and the allowed networks another method than GET, HEAD and
/// OPTIONS, or a load beyond_courtesy(); and loads that would take more than share_of_limit of a
/// host's limit, unless they provoke it on purpose; and phases with commands where none are
/// allowed. Resolves names; sends nothing for it.
class Courtesy : public Sender {
 public:
  /// `commands`: whether phases may run any.
  Courtesy(Sender& sender, Allowance& allowance, bool commands = false)
      : sender_(sender), allowance_(allowance), commands_(commands) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override;

  /// The first that was; none: all has been passed on.
  const std::optional<Withheld>& withheld() const { return withheld_; }

 private:
  Sender& sender_;
  Allowance& allowance_;
  bool commands_;
  std::optional<Withheld> withheld_;
};

/// Why Courtesy would not send this phase; none: it would.
std::optional<Withheld> withhold(const Target& target, const Traffic& traffic,
                                 const Allowance& allowance, const Watch& watch);

/// What a load does that nobody may do to a stranger ("500/s", "64 connections at once"); empty: it
/// is an even open loop of at most courtesy_rate.
std::string beyond_courtesy(const Load& load);

}  // namespace ingress_check
