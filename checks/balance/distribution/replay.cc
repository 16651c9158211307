#include "checks/balance/distribution/replay.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "checks/fake_balancer.h"

namespace ingress_check::distribution {

namespace {

struct Answered {
  Duration sent{}, took{};
};

/// One phase as it was measured.
struct Measured {
  Picks picks;
  std::vector<std::vector<Answered>> by_pod;  ///< each in order of sending
  std::vector<Duration> otherwise;  ///< by pod: how long it takes, if it answered nothing then
};

Measured measured(const Case& of, const char* name) {
  Measured phase{picks(of.so_far, name), {}, {}};
  phase.by_pod.resize(phase.picks.pods.size());
  for (std::size_t i = 0; i < phase.picks.order.size(); ++i)
    phase.by_pod[phase.picks.order[i]].push_back({phase.picks.sent[i], phase.picks.took[i]});
  return phase;
}

Duration nearest(const std::vector<Answered>& answered, Duration at, Duration otherwise) {
  if (answered.empty()) return otherwise;
  const auto next = std::ranges::lower_bound(answered, at, {}, &Answered::sent);
  if (next == answered.end()) return answered.back().took;
  if (next == answered.begin()) return next->took;
  const auto before = std::prev(next);
  return at - before->sent < next->sent - at ? before->took : next->took;
}

class Run {
 public:
  Run(FakePolicy policy, std::size_t pods, int balancers, std::uint64_t seed)
      : balancer_({.policy = policy}, pods, balancers, seed), counts_(pods) {}

  /// Share of that pod in what is sent from then on. `a` and `b` take each other's place.
  double share(const Measured& phase, std::size_t pod, Duration from, std::size_t a,
               std::size_t b) {
    std::ranges::fill(counts_, 0);
    std::uint64_t all = 0;
    const auto place = [&](std::size_t i) { return i == a ? b : i == b ? a : i; };
    for (std::size_t i = 0; i < phase.picks.order.size(); ++i) {
      const auto at = phase.picks.sent[i];
      const auto pick = balancer_.pick({begin_ + at, phase.picks.connections[i]}).pod;
      const auto real = place(pick);
      balancer_.will_take(nearest(phase.by_pod[real], at, phase.otherwise[real]));
      if (at < from) continue;
      ++all;
      ++counts_[real];
    }
    if (!phase.picks.sent.empty()) begin_ += phase.picks.sent.back();
    return all == 0 ? 0 : static_cast<double>(counts_[pod]) / static_cast<double>(all);
  }

  /// Who got most since the last call of share() began.
  std::size_t most() const {
    return static_cast<std::size_t>(std::ranges::max_element(counts_) - counts_.begin());
  }

 private:
  FakeBalancer balancer_;
  std::vector<std::uint64_t> counts_;
  Duration begin_{};
};

}  // namespace

Replayed replay(const Case& of, const Slowing& how, const char* slowed_phase, std::size_t pod,
                Duration fast, Duration slow) {
  constexpr std::uint64_t runs = 8;
  const auto policy =
      how.decay > Duration::zero() ? FakePolicy::ewma : FakePolicy::least_connections;
  auto calm = measured(of, phase_calm), slowed = measured(of, phase_slowed),
       back = measured(of, phase_back);
  const auto pods = calm.picks.pods.size();
  for (auto* phase : {&calm, &slowed, &back}) phase->otherwise.assign(pods, fast);
  slowed.otherwise[pod] = slow;
  std::vector<int> balancers{1, 2, 4};
  if (of.plan.balancers > 0) balancers = {static_cast<int>(of.plan.balancers)};
  Replayed replayed;
  for (const int many : balancers)
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      Run run(policy, pods, many, seed);
      const double at_first = run.share(calm, pod, settling, 0, 0);
      if (std::string_view(slowed_phase) == phase_calm) {
        replayed.slowed_most = std::max(replayed.slowed_most, at_first);
        continue;
      }
      // The one that was slowed down was the one that got most; here it may be another.
      const auto most = run.most();
      replayed.slowed_most =
          std::max(replayed.slowed_most, run.share(slowed, pod, settling, most, pod));
      if (!back.picks.order.empty())
        replayed.back_least = std::min(replayed.back_least, run.share(back, pod, {}, most, pod));
    }
  return replayed;
}

}  // namespace ingress_check::distribution
