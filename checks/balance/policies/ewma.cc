// policy: ewma
#include "checks/balance/distribution/slowing.h"

namespace ingress_check::policies {

using namespace distribution;

namespace {

/// Never asserts evenness: equal pods are split in any way. A mean is forgotten in 10 s
/// (ingress-nginx, rootfs/etc/nginx/lua/balancer/ewma.lua: DECAY_TIME).
constexpr Slowing how{.calm = std::chrono::seconds(5),
                      .slowed = std::chrono::seconds(10),
                      .back = std::chrono::seconds(5),
                      .decay = std::chrono::seconds(10)};

}  // namespace

extern const Policy ewma;

constinit const Policy ewma{
    .word = "ewma",
    .means = "slow pods get fewer requests",
    .tests = 1,
    .rate = 100,
    .slows = true,
    .next = [](const Case& of) { return next_slowing(of, how); },
    .judge = [](const Case& of) { return judge_slowing(of, how); },
    .most = [](const Plan& plan,
               const Subject& subject) { return most_slowed(plan, subject, how); },
};

}  // namespace ingress_check::policies
