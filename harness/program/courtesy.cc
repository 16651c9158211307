#include "harness/program/courtesy.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/address.h"
#include "harness/load_limits.h"
#include "harness/outgoing.h"
#include "reports/load_lines.h"

namespace ingress_check {
namespace {

bool asks_only(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

std::vector<const Request*> requests_of(const Traffic& traffic) {
  std::vector<const Request*> all;
  if (const auto* http = std::get_if<Http>(&traffic.send))
    for (const auto& request : http->requests) all.push_back(&request);
  if (const auto* load = std::get_if<Load>(&traffic.send))
    for (const auto& one : load->requests) all.push_back(&one.request);
  return all;
}

std::vector<Endpoint> endpoints(const Target& target, const Request& request, Resolver& resolver,
                                const Watch& watch) {
  const auto where =
      destination(target, request.url.host, request.url.effective_port(), request.address);
  if (!where) return {};  // the sender says why it cannot
  resolver.begin(where->host);
  return resolver.find(*where, watch).endpoints;
}

/// Without port and brackets, as --allow takes it.
std::string ip_of(const Endpoint& endpoint) {
  std::string text = endpoint.text();
  text = text.substr(0, text.rfind(':'));
  return text.starts_with('[') ? text.substr(1, text.size() - 2) : text;
}

std::string host_of(const Target& target, const Request& request) {
  const auto out = prepare(target, request);
  return out ? host_named(request, *out) : request.url.host;
}

/// What it sends to each host: of a closed loop as much as there is.
std::vector<HostRate> rates_of(const Target& target, const Load& load) {
  double weights = 0;
  for (const auto& one : load.requests) weights += one.weight;
  const double peak = std::holds_alternative<ClosedLoop>(load.arrivals)
                          ? std::numeric_limits<double>::infinity()
                          : load.peak_rate();
  std::vector<HostRate> rates;
  for (const auto& one : load.requests)
    rates.push_back({host_of(target, one.request), peak * one.weight / weights});
  return rates;
}

std::string pace_of(const Load& load) {
  if (const double peak = load.peak_rate(); peak > 0) return brief_rate(peak);
  return fmt::format("as fast as answers come over {} connections", connections_of(load));
}

std::optional<Withheld> review_limits(const Target& target, const Load& load,
                                      const Allowance& allowance) {
  const auto rates = rates_of(target, load);
  const auto limit = allowance.exceeded(rates);
  if (!limit) return std::nullopt;
  const std::string most = brief_rate(limit->per_second * share_of_limit);
  return Withheld{
      fmt::format("{} to {}", pace_of(load), rates.front().host),
      fmt::format("more than {}, which is {} of the limit of {} that `limits:` states", most,
                  to_string(Share{share_of_limit}), to_string(*limit)),
      fmt::format("ask for at most {} in all, or take the host out of `limits:`", most)};
}

}  // namespace

std::string beyond_courtesy(const Load& load) {
  const auto* open = std::get_if<OpenLoop>(&load.arrivals);
  if (!open || load.peak_rate() > courtesy_rate) return pace_of(load);
  if (open->spacing == Spacing::poisson) return "bursts, as Poisson arrivals have them,";
  const std::uint64_t at_once =
      load.clients.count > 0 ? connections_of(load) : load.connections.count;
  if (static_cast<double>(at_once) > courtesy_rate)
    return fmt::format("{} connections at once", at_once);
  return {};
}

std::optional<Withheld> withhold(const Target& target, const Traffic& traffic,
                                 const Allowance& allowance, const Watch& watch) {
  const auto* load = std::get_if<Load>(&traffic.send);
  if (load && !traffic.provokes)
    if (auto withheld = review_limits(target, *load, allowance)) return withheld;
  const std::string too_much = load ? beyond_courtesy(*load) : "";
  Resolver resolver(target.ip_version, target.connect_timeout);
  for (const Request* request : requests_of(traffic)) {
    const bool asks = asks_only(request->method);
    if (asks && too_much.empty()) continue;
    const auto found = endpoints(target, *request, resolver, watch);
    const auto stranger = std::ranges::find_if(found, [&](const Endpoint& one) {
      return allowance.capped({&one, 1});
    });
    if (stranger == found.end()) continue;
    const std::string ip = ip_of(*stranger);
    return Withheld{
        fmt::format("{} to {}", asks ? too_much : request->method, ip),
        fmt::format("which nobody allowed: elsewhere than on loopback at most {} "
                    "requests a second are sent, evenly, and only GET, HEAD and OPTIONS",
                    courtesy_rate),
        "run with --allow " + ip};
  }
  return std::nullopt;
}

Result<Evidence> Courtesy::send(const Target& target, const Traffic& traffic, Watch& watch) {
  std::optional<Withheld> reason;
  if (!traffic.events.empty() && !commands_)
    reason = Withheld{"the command " + traffic.events.front().run.front(), "which nobody allowed",
                      "run with --allow-commands"};
  if (!reason) reason = withhold(target, traffic, allowance_, watch);
  if (reason) {
    if (!withheld_) withheld_ = std::move(reason);
    Evidence evidence;
    evidence.traffic = traffic;
    evidence.end = End::interrupted;
    return evidence;
  }
  const auto* load = std::get_if<Load>(&traffic.send);
  if (!load) return sender_.send(target, traffic, watch);
  // A load paces itself. Before and after it the pace of the whole run is kept.
  Resolver resolver(target.ip_version, target.connect_timeout);
  std::vector<std::pair<std::vector<Endpoint>, std::string>> places;
  for (const Request* request : requests_of(traffic))
    places.emplace_back(endpoints(target, *request, resolver, watch), host_of(target, *request));
  for (const auto& [found, host] : places) {
    if (allowance_.capped(found)) allowance_.wait(found.front(), watch);
    if (!traffic.provokes) allowance_.wait(host, watch);
  }
  auto evidence = sender_.send(target, traffic, watch);
  for (const auto& [found, host] : places)
    allowance_.reserve(found, std::chrono::steady_clock::now(), host);
  return evidence;
}

}  // namespace ingress_check
