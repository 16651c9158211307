// policy: weighted
#include "checks/balance/distribution/counting.h"

namespace ingress_check::policies {

using namespace distribution;

extern const Policy weighted;

constinit const Policy weighted{
    .word = "weighted",
    .means = "shares are as the weights say",
    .tests = weight_tests,
    .weighs = true,
    .next = next_count,
    .judge =
        [](const Case& of) {
          Counting counting(of);
          if (auto verdict = counting.unfit()) return *std::move(verdict);
          counting.judge_pods();
          counting.judge_shares();
          return counting.decide("shares are as stated");
        },
    .most = most_counted,
};

}  // namespace ingress_check::policies
