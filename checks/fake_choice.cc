// How the simulated ingress chooses a pod for one exchange, and what it hands its client for it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "checks/fake_ingress.h"

namespace ingress_check {

namespace {

/// The value of that cookie, written in the request's own header or kept in its client's jar.
std::optional<std::uint64_t> sent_cookie(const Request& request,
                                         const std::optional<std::uint64_t>& jar,
                                         const std::string& name) {
  for (const auto header : request.headers.all("Cookie")) {
    const auto at = header.find(name + "=");
    if (at == std::string_view::npos) continue;
    const auto text = header.substr(at + name.size() + 1);
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value, 16).ptr;
    // Whatever is no value of ours is some value all the same.
    return end == text.data() ? std::hash<std::string_view>()(text) : value;
  }
  return request.client.empty() ? std::nullopt : jar;
}

}  // namespace

std::vector<Answerer> FakeIngress::answerers(const FakeRules& rules, const std::string& service,
                                             const Request& request) {
  const auto canary = std::ranges::find(rules.canaries, service, &FakeCanary::of);
  const bool has_one = canary != rules.canaries.end();
  const auto asked = has_one ? canary->asked_by(request) : std::nullopt;
  std::vector<Answerer> all;
  const auto add = [&](const std::string& name) {
    const auto known = std::ranges::find(rules.services, name, &FakeService::name);
    if (known == rules.services.end()) return;
    for (const auto& pod : known->pods) all.push_back({name, pod});
  };
  if (!asked.value_or(false)) add(service);
  if (has_one && asked.value_or(true)) add(canary->service);
  return all;
}

FakeBalancer* FakeIngress::chooser(const std::string& service) {
  const auto made = choosers_.find(service);
  if (made != choosers_.end()) return &made->second;
  const auto canary = std::ranges::find(config_.rules.canaries, service, &FakeCanary::of);
  const auto stated = config_.balance.find(service);
  if (canary == config_.rules.canaries.end() && stated == config_.balance.end()) return nullptr;
  auto how = stated == config_.balance.end() ? FakeBalance{} : stated->second;
  const auto pods_of = [&](const std::string& name) {
    return std::ranges::find(config_.rules.services, name, &FakeService::name)->pods.size();
  };
  auto pods = pods_of(service);
  if (canary != config_.rules.canaries.end()) {
    const auto more = pods_of(canary->service);
    how.policy = FakePolicy::weighted;
    how.weights.assign(pods, (1 - canary->weight) / static_cast<double>(pods));
    how.weights.resize(pods + more, canary->weight / static_cast<double>(more));
    pods += more;
  }
  return &choosers_.emplace(service, FakeBalancer(how, pods, config_.replicas, random_()))
              .first->second;
}

std::size_t FakeIngress::choose(const std::string& service, const Request& request,
                                std::uint64_t connection, std::string& set) {
  if (listed_) return (*listed_)++;
  auto* chooser = this->chooser(service);
  if (!chooser) return turns_[service]++;
  const auto& cookie = chooser->how().cookie;
  FakeArrival arrival{elapsed_, connection, 0, 0, {}};
  arrival.uri = std::hash<std::string>()(request.url.path);
  if (cookie) arrival.cookie = sent_cookie(request, jars_[request.client], cookie->name);
  const auto pick = chooser->pick(arrival);
  chooser->will_take(config_.latency);
  if (pick.cookie) {
    if (!request.client.empty()) jars_[request.client] = pick.cookie;
    set = fmt::format("{}={:x}{}", cookie->name, *pick.cookie, cookie->attributes);
  }
  return pick.pod;
}

}  // namespace ingress_check
