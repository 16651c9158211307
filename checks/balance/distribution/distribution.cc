// distribution: the ingress spreads requests over pods by the policy that is stated.
#include <algorithm>

#include "checks/balance/distribution/causes.h"
#include "checks/balance/distribution/policy.h"

namespace ingress_check {

namespace checks {
extern const Check distribution;
}

const Policy* find_policy(std::string_view word) {
  const auto all = all_policies();
  const auto found = std::ranges::find(all, word, [](const Policy* one) { return one->word; });
  return found == all.end() ? nullptr : *found;
}

namespace distribution {

namespace {

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject.target);
  const Case of{checks::distribution, plan, subject, so_far};
  if (auto traffic = plan.policy->next(of)) return *std::move(traffic);
  return plan.policy->judge(of);
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject.target);
  return plan.policy->most(plan, subject);
}

std::uint64_t tests(const Params& params) { return read_plan(params, {}).policy->tests; }

}  // namespace

}  // namespace distribution

namespace checks {

const Check distribution{
    .words = {.name = "distribution",
              .about = "The ingress spreads requests over pods by the stated policy",
              .fields = ingress_check::distribution::fields(),
              .rules = ingress_check::distribution::rules(),
              .review = ingress_check::distribution::review},
    .proves =
        "Shares are as the policy has them, over fresh connections and over kept ones; with ewma "
        "and least-connections that a pod which becomes slow gets less, and comes back. A share "
        "that is off by `detect` is caught 99 times in 100. Names the policies that the evidence "
        "does not rule out.",
    .blind =
        "The order of pods where several balancers each count for themselves or other people send "
        "in between; that one of several replicas never forgives a slow pod which another asks; "
        "other requests, other clients and other times.",
    .sends =
        "60 requests one after the other over one connection, then as many as the claim needs, at "
        "400/s: over fresh connections, and a quarter as many over kept ones. For ewma and "
        "least-connections three loads of some seconds; in the second one pod is ordered to be "
        "slow.",
    .order = Order::balanced,
    .protects = true,
    .causes = ingress_check::distribution::causes(),
    .step = ingress_check::distribution::step,
    .bounds = ingress_check::distribution::bounds,
    .tests = ingress_check::distribution::tests,
};

}  // namespace checks

}  // namespace ingress_check
