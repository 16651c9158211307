#include "harness/program/patience.h"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>

#include "harness/address.h"

namespace ingress_check {
namespace {

struct Goal {
  std::string host;
  std::uint16_t port = 0;
  std::optional<std::string> address;
};

std::vector<Goal> goals(const Traffic& traffic) {
  std::vector<Goal> all;
  const auto add = [&](const Request& request) {
    all.push_back({request.url.host, request.url.effective_port(), request.address});
  };
  if (const auto* http = std::get_if<Http>(&traffic.send))
    for (const auto& request : http->requests) add(request);
  if (const auto* load = std::get_if<Load>(&traffic.send))
    for (const auto& one : load->requests) add(one.request);
  if (const auto* handshakes = std::get_if<Handshakes>(&traffic.send))
    for (const auto& one : handshakes->items) all.push_back({one.host, one.port, one.address});
  if (const auto* bytes = std::get_if<Bytes>(&traffic.send))
    for (const auto& one : bytes->items) all.push_back({one.host, one.port, one.address});
  return all;
}

std::string ip_of(const Endpoint& endpoint) {
  const std::string text = endpoint.text();
  return text.substr(0, text.rfind(':'));
}

}  // namespace

std::vector<std::string> places(const Target& target, const Traffic& traffic, const Watch& watch) {
  std::vector<Destination> where;
  for (const Goal& goal : goals(traffic))
    if (auto found = destination(target, goal.host, goal.port, goal.address))
      where.push_back(*std::move(found));
  Resolver resolver(target.ip_version, target.connect_timeout);
  for (const Destination& one : where) resolver.begin(one.host);
  std::set<std::string> names;
  for (const Destination& one : where) {
    const auto found = resolver.find(one, watch);
    if (found.endpoints.empty()) names.insert(one.host);
    for (const Endpoint& endpoint : found.endpoints) names.insert(ip_of(endpoint));
  }
  return {names.begin(), names.end()};
}

End Patience::wait(const Footprints::Turn& turn, Watch& watch) {
  if (turn.at > watch.deadline) return End::out_of_time;
  Instant now = std::chrono::steady_clock::now();
  for (; now < turn.at && !watch.stopped(); now = std::chrono::steady_clock::now()) {
    if (watch.waits) watch.waits(turn.at - now, turn.why);
    std::this_thread::sleep_for(
        std::min<Instant::duration>(turn.at - now, std::chrono::milliseconds(20)));
  }
  if (watch.waits) watch.waits(Duration::zero(), turn.why);
  return watch.stopped() ? End::interrupted : End::complete;
}

Result<Evidence> Patience::send(const Target& target, const Traffic& traffic, Watch& watch) {
  const auto where = places(target, traffic, watch);
  const Instant asked = std::chrono::steady_clock::now();
  const auto turn = footprints_.turn(where, traffic, asked);
  if (turn.at > asked)
    if (const End end = wait(turn, watch); end != End::complete) {
      Evidence evidence;
      evidence.traffic = traffic;
      evidence.end = end;
      evidence.waited = std::chrono::steady_clock::now() - asked;
      return evidence;
    }
  const Duration waited = turn.at - asked;
  const Instant began = std::chrono::steady_clock::now();
  auto evidence = sender_.send(target, traffic, watch);
  // Also of a phase that failed: who knows what went out.
  footprints_.sent(where, traffic, std::chrono::steady_clock::now());
  if (evidence) {
    evidence->began = began.time_since_epoch();
    evidence->waited = waited;
  }
  return evidence;
}

}  // namespace ingress_check
