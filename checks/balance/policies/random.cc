// policy: random
#include "checks/balance/distribution/counting.h"

namespace ingress_check::policies {

using namespace distribution;

extern const Policy random;

constinit const Policy random{
    .word = "random",
    .means = "each pod is chosen by chance, with equal shares",
    .tests = share_tests + preference_tests + tail_tests,
    .next = next_count,
    .judge =
        [](const Case& of) {
          Counting counting(of);
          if (auto verdict = counting.unfit()) return *std::move(verdict);
          counting.judge_pods();
          counting.judge_shares();
          counting.judge_preference();
          counting.judge_chance();
          return counting.decide("shares are even and chosen by chance");
        },
    .most = most_counted,
};

}  // namespace ingress_check::policies
