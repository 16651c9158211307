// What policies that look at pods have in common: calm, then one pod is slow, then it is not.
#pragma once

#include <optional>
#include <string>

#include "checks/balance/distribution/picks.h"
#include "checks/balance/distribution/policy.h"
#include "checks/conclusion.h"

namespace ingress_check::distribution {

inline constexpr const char* phase_calm = "calm";
inline constexpr const char* phase_slowed = "one pod slowed down";
inline constexpr const char* phase_back = "as fast as before";

/// Within this time of a change balancers may still act on what was before.
inline constexpr Duration settling = std::chrono::seconds(2);

/// How a policy is shown to look at pods.
struct Slowing {
  /// All pods are ordered to take at least so long, so that their own times matter little.
  Duration base = std::chrono::milliseconds(20);
  std::uint32_t at_once = 0;  ///< requests under way all the time; 0: they come at Plan::rate
  Duration calm, slowed;      ///< `settling` included
  Duration back;              ///< least; the decay of what was seen adds to it
  Duration decay{};           ///< in which a mean forgets; 0: nothing is remembered
};

/// Pods that matter, as the calm phase shows them.
struct Calm {
  Picks picks;
  std::size_t most = 0;  ///< the pod that answered most: it is slowed down
  Duration fast{};       ///< median latency of that pod
  bool obeys = false;    ///< pods take as long as they are ordered to
  Duration slow_to(const Plan& plan, const Slowing& how) const;  ///< how long it is to take
};
Calm calm(std::span<const Evidence> so_far, const Slowing& how);

/// How long the last phase lasts: a mean of latencies has then fallen from slow to fast, and 5 s.
Duration comes_back_within(const Slowing& how, Duration slow, Duration fast);

/// The longest that the slowed pod took while it was: no mean of its latencies is above that.
Duration longest(std::span<const Evidence> so_far, const Calm& calm);

std::optional<Traffic> next_slowing(const Case& of, const Slowing& how);
Bounds most_slowed(const Plan& plan, const Subject& subject, const Slowing& how);
Verdict judge_slowing(const Case& of, const Slowing& how);

}  // namespace ingress_check::distribution
