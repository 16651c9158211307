#include "checks/balance/distribution/forecast.h"

#include <algorithm>
#include <cmath>

#include "checks/fake_load.h"

namespace ingress_check::distribution {

namespace {

const std::vector<std::pair<Likeness, FakePolicy>>& candidates() {
  static const std::vector<std::pair<Likeness, FakePolicy>> all = {
      {{"ewma", "ewma"}, FakePolicy::ewma},
      {{"least-connections", "least connections"}, FakePolicy::least_connections},
      {{"round-robin", "round robin"}, FakePolicy::round_robin},
      {{"random", "chance"}, FakePolicy::random},
  };
  return all;
}

std::vector<Exchange> every_pod(std::size_t pods) {
  std::vector<Exchange> all(pods);
  for (std::size_t i = 0; i < pods; ++i) {
    all[i].status = 200;
    // Names in order of index, also beyond ten.
    all[i].who = {"forecast", std::string(1, static_cast<char>('A' + i / 26)) +
                                  static_cast<char>('a' + i % 26)};
  }
  return all;
}

class Forecast {
 public:
  Forecast(FakePolicy policy, std::size_t pods, const Slowing& how, double rate, Duration fast,
           Duration slow, std::uint64_t seed)
      : balancer_({.policy = policy}, pods, 1, seed),
        answers_(every_pod(pods)),
        how_(how),
        rate_(rate),
        slow_(slow),
        seed_(seed) {
    latencies_.any.latency = fast;
    // Whoever is faster by a hair would always win: real pods are not all the same.
    latencies_.any.sigma = 0.02;
  }

  Conduct run() {
    const auto calm = send(how_.calm, {});
    const auto& counts = calm.counts;
    const auto most = static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
    latencies_.pods[answers_[most].who.pod] = latencies_.any;
    latencies_.pods[answers_[most].who.pod].latency = slow_;
    const auto slowed = send(how_.slowed, settling);
    latencies_.pods.clear();
    const auto back = send(settling, {});
    return {share(slowed, most), share(back, most)};
  }

 private:
  static double share(const Picks& picks, std::size_t pod) {
    return pod < picks.counts.size() ? picks.share(pod) : 0;
  }

  Picks send(Duration lasts, Duration from) {
    Evidence evidence;
    Load load;
    load.requests.resize(1);
    if (how_.at_once > 0) {
      load.arrivals = ClosedLoop{
          .lasts = lasts, .requests = how_.at_once * static_cast<std::uint64_t>(lasts / how_.base)};
      load.connections.count = how_.at_once;
    } else {
      load.arrivals = OpenLoop{.stages = {{rate_, rate_, lasts}}, .spacing = Spacing::poisson};
      load.connections = {.count = 8, .most = 512};
    }
    load.samples = true;
    load.seed = ++seed_;
    evidence.traffic.name = "forecast";
    const FakeParts parts{[&](const Request&, int) { return answers_; },
                          [&](const std::string&) { return &balancer_; },
                          [](const Request&, const FakeClient&, Duration) { return nullptr; }};
    evidence.load = fake_load(latencies_, Target{}, load, parts, 1, begin_, seed_).load;
    // All pods are known, also those that answer nothing.
    for (auto& pod : evidence.load->pods) pod.answered = std::max<std::uint64_t>(1, pod.answered);
    begin_ += lasts;
    return picks({&evidence, 1}, "forecast", from);
  }

  FakeBalancer balancer_;
  std::vector<Exchange> answers_;
  Slowing how_;
  double rate_;
  Duration slow_, begin_{};
  FakeLoad latencies_;
  std::uint64_t seed_;
};

}  // namespace

Conduct foresee(const std::string& policy, std::size_t pods, const Slowing& how, double rate,
                Duration fast, Duration slow, std::uint64_t seed) {
  for (const auto& [like, fake] : candidates())
    if (like.policy == policy) return Forecast(fake, pods, how, rate, fast, slow, seed).run();
  return {};
}

std::vector<Likeness> likely(const Conduct& seen, std::size_t pods, const Slowing& how, double rate,
                             Duration fast, Duration slow) {
  constexpr std::uint64_t runs = 4;
  const double even = 1 / static_cast<double>(pods);
  std::vector<std::pair<double, Likeness>> fits;
  for (const auto& [like, fake] : candidates()) {
    double nearest = 1e9;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      const auto one = foresee(like.policy, pods, how, rate, fast, slow, 100 * seed);
      // In units of an even share: what comes early after the change is known less well.
      nearest = std::min(nearest, std::abs(one.slowed - seen.slowed) / even +
                                      std::abs(one.early - seen.early) / even / 3);
    }
    fits.emplace_back(nearest, like);
  }
  std::ranges::stable_sort(fits, {}, [](const auto& fit) { return fit.first; });
  std::vector<Likeness> all;
  for (const auto& [distance, like] : fits)
    if (all.empty() || distance < fits.front().first + 0.25) all.push_back(like);
  return all;
}

}  // namespace ingress_check::distribution
