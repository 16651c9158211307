#include "harness/load_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>

namespace ingress_check {
namespace {

std::string authority(const Outgoing& out) {
  if (const auto host = out.headers.find("Host")) return std::string(*host);
  const bool usual = out.port == (out.https ? 443 : 80);
  const std::string host =
      out.name.find(':') == std::string::npos ? out.name : "[" + out.name + "]";
  return usual ? host : fmt::format("{}:{}", host, out.port);
}

/// The fields of the request, ours first where the user has none of that name.
Headers fields(const Outgoing& out, const std::string& user_agent) {
  Headers all;
  if (!out.headers.find("User-Agent")) all.add("User-Agent", user_agent);
  if (!out.headers.find("Accept")) all.add("Accept", "*/*");
  for (const auto& [name, value] : out.headers.fields)
    if (!same_name(name, "Host") && !same_name(name, "Content-Length")) all.add(name, value);
  return all;
}

std::string head_of(const Outgoing& out, const Headers& headers) {
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", out.method, out.path, authority(out));
  for (const auto& [name, value] : headers.fields) text += fmt::format("{}: {}\r\n", name, value);
  if (out.has_body) text += fmt::format("Content-Length: {}\r\n", out.body.size());
  return text;
}

/// Whether a connection for the one can carry the other.
bool same_origin(const Origin& a, const Origin& b) {
  return a.https == b.https && a.protocol == b.protocol && a.to == b.to &&
         (!a.https ||
          (a.sni == b.sni && a.verify_name == b.verify_name && a.credentials == b.credentials));
}

bool is_address(const std::string& name) { return Endpoint::of(name, 0).has_value(); }

Result<void> review(const Load& load) {
  if (load.requests.empty()) return cannot("a load without a request");
  if (load.connections.count == 0 && load.clients.count == 0)
    return cannot("a load without connections");
  for (const LoadRequest& request : load.requests) {
    if (!(request.weight > 0) || !std::isfinite(request.weight))
      return cannot("a request of no weight in a load");
    if (request.matches.size() > most_matches)
      return cannot(fmt::format("more than {} expectations of one request", most_matches));
  }
  if (const auto* closed = std::get_if<ClosedLoop>(&load.arrivals);
      closed && closed->requests == 0 && closed->lasts <= Duration::zero())
    return cannot("a load without an end");
  return {};
}

std::uint32_t threads_of(const Load& load) {
  const std::uint32_t lanes = load.clients.count > 0 ? load.clients.count : load.connections.count;
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::uint32_t wanted = load.threads > 0 ? load.threads : cores;
  return std::clamp(wanted, 1U, std::min(64U, lanes));
}

constexpr double whole = 0x1p64;

}  // namespace

PlannedRequest::PlannedRequest(const LoadRequest& request, Outgoing out,
                               const std::string& user_agent)
    : asked(&request),
      message(out.method, out.https ? "https" : "http", authority(out), out.path,
              fields(out, user_agent), out.body, out.has_body),
      host(request.request.url.host),
      path(out.path),
      to_head(out.method == "HEAD"),
      repeatable(out.method == "GET" || out.method == "HEAD") {
  bytes = head_of(out, fields(out, user_agent));
  extra_at = bytes.size();
  bytes += "\r\n" + out.body;
}

Result<LoadPlan> LoadPlan::create(const Target& target, const Load& load,
                                  const EngineOptions& options, Resolver& resolver,
                                  const Watch& watch) {
  if (auto fine = review(load); !fine) return tl::unexpected(fine.error());
  LoadPlan plan;
  plan.target = &target;
  plan.load = &load;
  plan.options = options;
  plan.threads = threads_of(load);
  if (const auto* open = std::get_if<OpenLoop>(&load.arrivals)) {
    auto pacer = Pacer::create(open->stages, open->spacing, load.seed);
    if (!pacer) return tl::unexpected(pacer.error());
    plan.pacer = *std::move(pacer);
  }
  for (const LoadRequest& asked : load.requests)
    if (auto ready = plan.prepare(asked); !ready) return tl::unexpected(ready.error());
  if (load.clients.count > 0 && plan.origins.size() > 1)
    return cannot("clients with cookies can ask one host alone in a load, with one certificate");
  for (const Origin& origin : plan.origins) resolver.begin(origin.to.host);
  for (Origin& origin : plan.origins)
    origin.addresses = std::make_unique<Addresses>(resolver.find(origin.to, watch));
  plan.weigh();
  return plan;
}

Result<void> LoadPlan::prepare(const LoadRequest& asked) {
  auto out = ingress_check::prepare(*target, asked.request);
  if (!out) return tl::unexpected(out.error());
  Origin origin;
  origin.https = out->https;
  origin.protocol = protocol_of(*out);
  const auto sni = asked.request.sni ? asked.request.sni : target->sni;
  const std::string name = sni.value_or(asked.request.url.host);
  origin.sni = is_address(name) ? std::string() : name;
  origin.verify_name = out->verify_name;
  origin.credentials = options.credentials[static_cast<std::size_t>(asked.request.certificate)];
  origin.to = out->connect_to;
  const Duration timeout = asked.request.timeout.value_or(target->timeout);
  requests.emplace_back(asked, *std::move(out), options.user_agent);
  requests.back().timeout = timeout;
  const auto known = std::ranges::find_if(
      origins, [&](const Origin& other) { return same_origin(other, origin); });
  requests.back().origin = static_cast<std::size_t>(known - origins.begin());
  if (known == origins.end()) origins.push_back(std::move(origin));
  return {};
}

void LoadPlan::weigh() {
  double sum = 0;
  for (const PlannedRequest& request : requests) {
    sum += request.asked->weight;
    origins[request.origin].weight += request.asked->weight;
  }
  std::vector<double> reached(origins.size());
  by_origin_.resize(origins.size());
  double so_far = 0;
  const auto below = [](double share) {
    return share >= 1 - 1e-12 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(share * whole);
  };
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::size_t origin = requests[i].origin;
    const double weight = requests[i].asked->weight;
    all_.push_back({below((so_far += weight) / sum), i});
    by_origin_[origin].push_back({below((reached[origin] += weight) / origins[origin].weight), i});
  }
  for (Origin& origin : origins) origin.weight /= sum;
}

std::size_t LoadPlan::draw(const std::vector<Draw>& from, std::uint64_t random) {
  if (from.size() == 1) return from[0].request;
  const auto found = std::ranges::upper_bound(from, random, {}, &Draw::below);
  return found == from.end() ? from.back().request : found->request;
}

/// SplitMix64 of the slot: any slot's number can be had at once, by any thread.
std::uint64_t LoadPlan::random(std::uint64_t slot) const {
  std::uint64_t x = load->seed * 0xd1342543de82ef95U + (slot + 1) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

std::size_t LoadPlan::pick(std::uint64_t slot) const { return draw(all_, random(slot)); }

std::size_t LoadPlan::pick(std::uint64_t slot, std::size_t origin) const {
  return draw(by_origin_[origin], random(slot));
}

std::uint32_t LoadPlan::share(std::size_t origin, std::uint32_t count) const {
  if (origins.size() == 1) return count;
  return std::max(1U, static_cast<std::uint32_t>(std::lround(origins[origin].weight * count)));
}

}  // namespace ingress_check
