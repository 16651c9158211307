#include <fmt/format.h>

#include "checks/calibration/world.h"

namespace ingress_check::calibration {

namespace {

Trial turns(std::uint64_t i) {
  const auto at = cell(i);
  std::string words = fmt::format("path: /app1\npolicy: round-robin\npods: {}\n", at.pods);
  if (at.others == 0)
    words += fmt::format("exclusive: true\nworkers: {}\nreplicas: {}\n", at.workers, at.replicas);
  return {words, ingress(i, {.workers = at.workers, .others = at.others}, at.pods, at.replicas)};
}

/// Asked for by these words, met by that policy, over all numbers of pods.
std::function<Trial(std::uint64_t)> met(std::string words, FakeBalance how,
                                        std::size_t most_pods = 20) {
  return [=](std::uint64_t i) {
    auto at = cell(i);
    at.pods = std::min(at.pods, most_pods);
    auto balance = how;
    balance.workers = std::min(at.workers, 4);
    return Trial{fmt::format("path: /app1\npods: {}\n", at.pods) + words,
                 ingress(i, balance, at.pods, at.replicas)};
  };
}

/// By one replica: of several, one that never met the slow pod asks it still.
std::function<Trial(std::uint64_t)> alone(std::function<Trial(std::uint64_t)> many) {
  return [=](std::uint64_t i) {
    auto trial = many(i);
    trial.config.replicas = 1;
    return trial;
  };
}

/// Two weights as stated, two as they are.
std::function<Trial(std::uint64_t)> weighed(double stated, double real, std::string more = "") {
  return [=](std::uint64_t i) {
    return Trial{
        fmt::format("path: /app1\npolicy: weighted\nweights: {{app1-a: {}, app1-b: {}}}\n{}",
                    stated, 100 - stated, more),
        ingress(i, {.policy = FakePolicy::weighted, .weights = {real, 100 - real}}, 2, 1)};
  };
}

Trial any_weights(std::uint64_t i) {
  static constexpr double shares[] = {60, 70, 80, 90, 95};
  const double share = shares[i % std::size(shares)];
  return weighed(share, share)(i);
}

Trial without_one(std::uint64_t i) {
  auto trial = turns(i);
  trial.config.balance["app1"].absences = {{.pod = 0, .from = {}, .to = std::chrono::hours(1000)}};
  return trial;
}

/// One pod twice as often as the others, by chance or by its place in the rotation.
Trial twice(std::uint64_t i) {
  const auto at = cell(i);
  auto config = ingress(i, {.workers = at.workers}, at.pods, at.replicas);
  config.rules.services[0].pods.push_back(config.rules.services[0].pods.front());
  return {fmt::format("path: /app1\npolicy: round-robin\npods: {}\n", at.pods), config};
}

Trial by_chance(std::uint64_t i) {
  const auto at = cell(i);
  return {fmt::format("path: /app1\npolicy: round-robin\npods: {}\nexclusive: true\n", at.pods),
          ingress(i, {.policy = FakePolicy::random}, at.pods, at.replicas)};
}

}  // namespace

std::vector<Row> distribution_rows() {
  const std::string d = "distribution";
  using P = FakePolicy;
  return {
      {d, "round-robin", "", "round robin", 20, turns},
      {d, "random", "", "chance", 8, met("policy: random", {.policy = P::random})},
      {d, "weighted", "", "weights", 8, any_weights},
      {d, "ewma", "", "ewma", 1, met("policy: ewma", {.policy = P::ewma})},
      {d, "least-connections", "", "least connections", 0.2,
       met("policy: least-connections", {.policy = P::least_connections})},
      {d, "random for round-robin", "policy-ignored", "chance", 1, by_chance},
      // Where others may send, even shares are all that is claimed, and ewma splits alike pods
      // evenly now and then.
      {d, "ewma for round-robin, exclusive", "policy-ignored", "ewma", 1,
       met("policy: round-robin\nexclusive: true", {.policy = P::ewma})},
      {d, "round-robin for random", "policy-ignored", "round robin", 1,
       met("policy: random", {.policy = P::round_robin})},
      {d, "one pod never chosen", "pod-never-chosen", "", 1, without_one},
      {d, "one pod twice as often", "pod-favoured", "", 1, twice},
      {d, "by client", "clients-pinned", "", 1,
       met("policy: round-robin", {.policy = P::by_client})},
      {d, "by connection", "connections-pinned", "", 1,
       met("policy: random", {.policy = P::by_connection}, 8)},
      {d, "70/30 swapped", "weights-swapped", "", 1, weighed(70, 30)},
      {d, "70/30 is 65/35", "weights-off", "", 1, weighed(70, 65)},
      {d, "70/30 is 62/38, detect 8%", "weights-off", "", 1, weighed(70, 62, "detect: 8%"), 0.01},
      {d, "round-robin for ewma", "policy-ignored", "round robin", 1,
       met("policy: ewma", {.policy = P::round_robin})},
      {d, "random for ewma", "policy-ignored", "chance", 1,
       met("policy: ewma", {.policy = P::random})},
      {d, "ewma never forgives", "never-forgiven", "", 1,
       alone(met("policy: ewma", {.policy = P::ewma, .forgives = false}))},
      {d, "round-robin for least-connections", "policy-ignored", "round robin", 1,
       met("policy: least-connections", {.policy = P::round_robin}, 8)},
      {d, "ewma for least-connections", "policy-ignored", "ewma", 1,
       met("policy: least-connections", {.policy = P::ewma}, 8)},
  };
}

}  // namespace ingress_check::calibration
