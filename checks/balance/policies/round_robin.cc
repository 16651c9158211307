// policy: round-robin
#include "checks/balance/distribution/counting.h"

namespace ingress_check::policies {

using namespace distribution;

extern const Policy round_robin;

constinit const Policy round_robin{
    .word = "round-robin",
    .means = "pods take turns: shares are even, and no pod is preferred for a while",
    .tests = share_tests + preference_tests,
    .next = next_count,
    .judge =
        [](const Case& of) {
          Counting counting(of);
          if (auto verdict = counting.unfit()) return *std::move(verdict);
          counting.judge_pods();
          counting.judge_shares();
          counting.judge_preference();
          counting.judge_turns();
          return counting.decide("shares are even");
        },
    .most = most_counted,
};

}  // namespace ingress_check::policies
