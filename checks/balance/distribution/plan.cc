#include "checks/balance/distribution/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/balance/distribution/policy.h"
#include "checks/expectation.h"
#include "checks/statistics.h"

namespace ingress_check::distribution {

namespace {

void read_pods(const Params& params, Plan& plan) {
  const auto* pods = params.find("pods");
  if (!pods) return;
  plan.pods_place = pods->place;
  if (pods->is<std::int64_t>()) plan.pods = static_cast<std::size_t>(pods->as<std::int64_t>());
  if (!pods->is<List>()) return;
  for (const auto& name : pods->as<List>()) plan.names.push_back(name.as<std::string>());
  plan.pods = plan.names.size();
}

void read_weights(const Params& params, Plan& plan) {
  const auto* weights = params.find("weights");
  if (!weights || !weights->is<Object>()) return;
  double all = 0;
  for (const auto& [name, weight] : weights->as<Object>().members) {
    plan.weights.push_back({name, weight.as<double>(), weight.place});
    all += plan.weights.back().share;
  }
  for (auto& weight : plan.weights) weight.share /= all;
}

/// The shares that are expected, of so many pods.
std::vector<double> claimed(const Plan& plan, std::size_t pods) {
  if (plan.weights.empty()) return {1 / static_cast<double>(pods)};
  std::vector<double> shares;
  for (const auto& weight : plan.weights) shares.push_back(weight.share);
  return shares;
}

}  // namespace

Plan read_plan(const Params& params, const Target& target) {
  Plan plan;
  plan.request = read_request(params, target);
  for (const auto* word : {"path", "url"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  const auto& policy = params.at("policy");
  plan.policy = find_policy(policy.as<std::string>());
  plan.policy_place = policy.place;
  read_pods(params, plan);
  read_weights(params, plan);
  const auto* exclusive = params.find("exclusive");
  plan.exclusive = exclusive && exclusive->as<bool>();
  if (exclusive) plan.exclusive_place = exclusive->place;
  plan.balancers =
      static_cast<std::uint32_t>(params.integer("workers", 0) * params.integer("replicas", 1));
  if (const auto* slow = params.find("slow")) plan.slow = slow->as<Duration>();
  const auto* rate = params.find("rate");
  plan.rate = rate ? rate->as<Rate>().per_second : plan.policy->rate;
  const auto* detect = params.find("detect");
  plan.detect = detect ? detect->as<Share>().of_one : 0.05;
  return plan;
}

std::uint64_t requests_to_tell(const Plan& plan, const Subject& subject, std::size_t pods) {
  const auto shares = claimed(plan, std::max<std::size_t>(2, pods));
  const auto categories = plan.weights.empty() ? pods : plan.weights.size();
  const double tests = categories > 2 ? static_cast<double>(categories) : 1;
  std::uint64_t most = 0;
  for (const double share : shares) {
    const double off = std::min({plan.detect, share / 2, (1 - share) / 2});
    for (const double real : {share - off, share + off})
      most = std::max(most, trials_to_tell(share, real, subject.alpha / tests, subject.power));
  }
  return most;
}

Load counting_load(const Plan& plan, const Subject& subject, std::uint64_t n, bool fresh) {
  Load load;
  load.requests = {{plan.request, 1, {}}};
  const auto lasts = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(static_cast<double>(n) / plan.rate));
  load.arrivals = OpenLoop{.stages = {{plan.rate, plan.rate, lasts}}, .spacing = Spacing::poisson};
  // Kept ones are used in turn: were there as many as pods, or twice as many, turns would lead each
  // to the same pod again, as if it were pinned.
  constexpr std::uint32_t no_multiple = 13;
  load.connections = {.count = fresh ? 1u : no_multiple, .most = 256, .requests = fresh ? 1u : 0u};
  load.threads = 1;
  load.samples = true;
  load.breaker = Breaker{};
  load.seed = subject.seed + (fresh ? 1 : 2);
  return load;
}

Request ordering(const Plan& plan, const std::string& slow_pod, Duration base, Duration slow) {
  const auto us = [](Duration time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  };
  auto request = plan.request;
  auto order = fmt::format("delay={}us", us(base));
  if (!slow_pod.empty()) order += fmt::format(", pod={}; delay={}us", slow_pod, us(slow));
  request.headers.add("X-Echo", order);
  return request;
}

}  // namespace ingress_check::distribution
