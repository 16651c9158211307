#include "harness/allowance.h"

#include <thread>

namespace ingress_check {
namespace {

Instant::duration gap_of(double per_second) {
  constexpr double kLongest = 86400;  // seconds
  return std::chrono::duration_cast<Instant::duration>(
      std::chrono::duration<double>(per_second > 1 / kLongest ? 1 / per_second : kLongest));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

Result<Allowance> Allowance::create(double most_per_second,
                                    const std::vector<std::string>& allowed) {
  auto networks = Networks::parse(allowed);
  if (!networks) return tl::unexpected(networks.error());
  Allowance made;
  made.most_per_second_ = most_per_second;
  made.allowed_ = *std::move(networks);
  if (most_per_second > 0) made.courtesy_.gap = gap_of(most_per_second);
  return made;
}

bool Allowance::Lane::has(std::string_view host) const {
  return std::ranges::any_of(hosts, [&](std::string_view one) {
    return one == host || (one.starts_with("*.") && host.ends_with(one.substr(1)));
  });
}

bool Allowance::capped(std::span<const Endpoint> endpoints) const {
  return most_per_second_ > 0 && std::ranges::any_of(endpoints, [&](const Endpoint& endpoint) {
           return !is_loopback(endpoint) && !allowed_.contains(endpoint);
         });
}

void Allowance::limit(const HostLimit& limit) {
  Lane& lane = limited_.emplace_back();
  for (const auto& host : limit.hosts) lane.hosts.push_back(lower(host));
  lane.gap = gap_of(limit.limit.per_second * share_of_limit);
}

Instant Allowance::reserve(std::span<const Endpoint> endpoints, Instant now,
                           std::string_view host) {
  std::vector<Lane*> lanes;
  if (capped(endpoints)) lanes.push_back(&courtesy_);
  const std::string name = lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  for (Lane& lane : limited_)
    if (!name.empty() && lane.has(name)) lanes.push_back(&lane);
  Instant place = now;
  for (const Lane* lane : lanes) place = std::max(place, lane->next(now));
  for (Lane* lane : lanes) lane->last = place;
  return place;
}

void Allowance::wait_until(Instant place, const Watch& watch) {
  while (!watch.stopped()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= place || now >= watch.deadline) return;
    std::this_thread::sleep_for(
        std::min<Instant::duration>(place - now, std::chrono::milliseconds(20)));
  }
}

void Allowance::wait(const Endpoint& endpoint, const Watch& watch) {
  wait_until(reserve({&endpoint, 1}, std::chrono::steady_clock::now()), watch);
}

void Allowance::wait(std::string_view host, const Watch& watch) {
  wait_until(reserve({}, std::chrono::steady_clock::now(), host), watch);
}

}  // namespace ingress_check
