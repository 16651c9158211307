#include "checks/balance/canary/plan.h"

#include <algorithm>
#include <cmath>

#include "checks/pod_names.h"
#include "checks/statistics.h"

namespace ingress_check::canary {

namespace {

std::optional<Stated<std::string>> stated(const Params& params, std::string_view name) {
  const auto* value = params.find(name);
  if (!value) return std::nullopt;
  return Stated<std::string>{value->as<std::string>(), value->place};
}

/// So many independent tries, all of which have that chance of going right, all do so no oftener
/// than the power allows. At least one.
double tries(double chance, double power) {
  if (chance <= 0 || chance >= 1) return 1;
  return std::ceil(std::log1p(-power) / std::log(chance));
}

}  // namespace

std::string to_string(First first) {
  return first == First::header ? "header, cookie, weight" : "cookie, header, weight";
}

Plan read_plan(const Params& params, const Subject& subject) {
  Plan plan;
  plan.request = read_request(params, subject.target);
  for (const auto* word : {"path", "url"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  plan.stable = *stated(params, "stable");
  plan.canary = *stated(params, "canary");
  if (const auto* weight = params.find("weight"))
    plan.weight = {weight->as<Share>().of_one, weight->place};
  plan.header = stated(params, "header");
  plan.cookie = stated(params, "cookie");
  const auto known = subject.controller.confirmed_trait(precedence);
  for (const auto first : {First::header, First::cookie})
    if (known == to_string(first)) plan.first = first;
  plan.detect = params.at("detect").as<Share>().of_one;
  plan.rate = params.at("rate").as<Rate>().per_second;
  return plan;
}

Side side_of(const Plan& plan, const Answerer& who) {
  if (!who.service.empty())
    return who.service == plan.canary.value   ? Side::canary
           : who.service == plan.stable.value ? Side::stable
                                              : Side::other;
  if (who.pod.empty()) return Side::untold;
  const bool canary = pod_of_namesake(who.pod, plan.canary.value);
  const bool stable = pod_of_namesake(who.pod, plan.stable.value);
  if (canary == stable) return Side::untold;
  return canary ? Side::canary : Side::stable;
}

std::vector<Ask> asks(const Plan& plan) {
  std::vector<Ask> all;
  if (plan.header) all.insert(all.end(), {{"always", "", true}, {"never", "", false}});
  if (plan.cookie) all.insert(all.end(), {{"", "always", true}, {"", "never", false}});
  if (plan.header && plan.cookie) {
    const bool by_header = plan.first != First::cookie;
    all.insert(all.end(), {{"always", "never", by_header}, {"never", "always", !by_header}});
  }
  return all;
}

bool by_chance(const Plan& plan) {
  return plan.weight && plan.weight->value > 0 && plan.weight->value < 1;
}

std::uint32_t times_asked(const Plan& plan, double power) {
  const double share = plan.weight ? plan.weight->value : 0.1;
  return static_cast<std::uint32_t>(
      std::clamp(tries(std::max(share, 1 - share), power), 24., 500.));
}

double least_effect(const Plan& plan) {
  if (!by_chance(plan)) return plan.detect;
  const double share = plan.weight->value;
  return std::min({plan.detect, share / 2, (1 - share) / 2});
}

std::uint64_t requests_by_weight(const Plan& plan, const Subject& subject) {
  const double off = least_effect(plan);
  if (!by_chance(plan)) return static_cast<std::uint64_t>(tries(1 - off, subject.power));
  std::uint64_t most = 0;
  const double share = plan.weight->value;
  for (const double real : {share - off, share + off})
    most = std::max(most, trials_to_tell(share, real, subject.alpha, subject.power));
  return most;
}

Traffic ask(const Plan& plan, const Subject& subject) {
  Http http;
  for (const auto& one : asks(plan)) {
    auto request = plan.request;
    if (!one.header.empty()) request.headers.add(plan.header->value, one.header);
    if (!one.cookie.empty()) request.headers.add("Cookie", plan.cookie->value + "=" + one.cookie);
    request.times = times_asked(plan, subject.power);
    http.requests.push_back(std::move(request));
  }
  return {.name = phase_asked, .send = std::move(http)};
}

Traffic send_by_weight(const Plan& plan, const Subject& subject) {
  Load load;
  load.requests = {{plan.request, 1, {}}};
  // Moments chosen by chance are as many as meant only on average.
  const auto needed = static_cast<double>(requests_by_weight(plan, subject));
  const auto lasts = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>((needed + 4 * std::sqrt(needed)) / plan.rate));
  load.arrivals = OpenLoop{.stages = {{plan.rate, plan.rate, lasts}}, .spacing = Spacing::poisson};
  load.connections = {.count = 1, .most = 256, .requests = 1};
  load.threads = 1;
  load.breaker = Breaker{};
  load.seed = subject.seed;
  return {.name = phase_weight, .send = std::move(load)};
}

}  // namespace ingress_check::canary
