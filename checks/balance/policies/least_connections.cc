// policy: least-connections
#include "checks/balance/distribution/slowing.h"

namespace ingress_check::policies {

using namespace distribution;

namespace {

/// As many requests are under way all the time, so that every balancer has some to compare; with
/// more balancers than that none has.
constexpr Slowing how{.base = std::chrono::milliseconds(50),
                      .at_once = 64,
                      .calm = std::chrono::seconds(3),
                      .slowed = std::chrono::seconds(6),
                      .back = std::chrono::seconds(3)};

}  // namespace

extern const Policy least_connections;

constinit const Policy least_connections{
    .word = "least-connections",
    .means = "pods with fewer requests under way get more",
    .tests = 2,
    .rate = 400,
    .slows = true,
    .next = [](const Case& of) { return next_slowing(of, how); },
    .judge = [](const Case& of) { return judge_slowing(of, how); },
    .most = [](const Plan& plan,
               const Subject& subject) { return most_slowed(plan, subject, how); },
};

}  // namespace ingress_check::policies
