// What makes a policy of balancing, for the check `distribution`: one file each in
// checks/balance/policies.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "checks/balance/distribution/plan.h"

namespace ingress_check {

namespace distribution {

/// All that a policy may look at.
struct Case {
  const Check& check;
  const Plan& plan;
  const Subject& subject;
  std::span<const Evidence> so_far;
};

}  // namespace distribution

/// Constant-initialised: the check's table of words is made from it before main().
struct Policy {
  std::string_view word;               ///< as a user writes it
  std::string_view means;              ///< what is shown of it, one sentence without full stop
  std::uint64_t tests = 0;             ///< statistical ones
  double rate = 400;                   ///< requests a second, unless stated
  bool weighs = false, slows = false;  ///< takes `weights`, `slow`
  /// The next phase; none: enough is known to judge.
  std::optional<Traffic> (*next)(const distribution::Case&) = nullptr;
  Verdict (*judge)(const distribution::Case&) = nullptr;
  /// The most that `next` asks for; `side_effects` and `time` apart.
  Bounds (*most)(const distribution::Plan&, const Subject&) = nullptr;
};

/// In order of name: one line a file (ci/rooms.cmake).
std::span<const Policy* const> all_policies();
const Policy* find_policy(std::string_view word);

}  // namespace ingress_check
