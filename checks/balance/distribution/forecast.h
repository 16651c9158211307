// What each policy would do with the latencies that were measured: simulated, not a closed form.
#pragma once

#include <string>
#include <vector>

#include "checks/balance/distribution/likeness.h"
#include "checks/balance/distribution/slowing.h"

namespace ingress_check::distribution {

/// What was seen of the slowed pod, or is foreseen.
struct Conduct {
  double slowed = 0;  ///< share of the requests while it is slow, `settling` apart
  double early = 0;   ///< share of those in the first `settling` after it is as fast as before
};

/// What so many pods would show, of which one takes `slow` for a while and all others `fast`, as
/// one run of chance has it.
Conduct foresee(const std::string& policy, std::size_t pods, const Slowing& how, double rate,
                Duration fast, Duration slow, std::uint64_t seed);

/// The policies of which some run looks like what was seen, the likeliest first.
std::vector<Likeness> likely(const Conduct& seen, std::size_t pods, const Slowing& how, double rate,
                             Duration fast, Duration slow);

}  // namespace ingress_check::distribution
