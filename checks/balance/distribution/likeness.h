// Which policies the evidence cannot rule out.
#pragma once

#include <string>
#include <vector>

#include "checks/balance/distribution/picks.h"
#include "checks/balance/distribution/policy.h"

namespace ingress_check::distribution {

/// A policy that may be in force.
struct Likeness {
  std::string policy;  ///< its word, or "by client", "by connection"
  std::string text;    ///< "round robin by about 4 balancers that each count for themselves"
};

/// What is said of the order of picks beyond doubt: 1 in 1,000 that it is said wrongly.
inline constexpr double naming_alpha = 1e-3;

/// From counts alone, the likeliest first; at least one.
std::vector<Likeness> likely(const Picks& turns, const Picks& fresh, const Picks& kept);

/// "round robin; not ruled out: least connections".
std::string in_words(const std::vector<Likeness>& likely);

}  // namespace ingress_check::distribution
