// What a policy would have done with the very latencies that were measured: a machine's own delays
// may be as large as the slowness that was ordered.
#pragma once

#include <string>

#include "checks/balance/distribution/slowing.h"

namespace ingress_check::distribution {

/// Shares of the slowed pod, over several runs of chance and numbers of balancers.
struct Replayed {
  double slowed_most = 0;  ///< the largest while it was slow, `settling` apart
  double back_least = 1;   ///< the smallest of the phase after that; 1: there was none
};

/// The requests of all phases, sent when they were sent, each answered as fast as that pod answered
/// the one nearest in time. `pod` (of picks()) is the one that was slow, in `slowed_phase`, which
/// may be phase_calm where pods are slow by nature.
Replayed replay(const Case& of, const Slowing& how, const char* slowed_phase, std::size_t pod,
                Duration fast, Duration slow);

}  // namespace ingress_check::distribution
