#include "harness/program/reach.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "harness/address.h"

namespace ingress_check {
namespace {

Traffic one(std::string name, Request request) {
  Http http;
  http.requests.push_back(std::move(request));
  http.concurrency = 1;
  return {std::move(name), std::move(http)};
}

/// Waits without busy work; the deadline and a stop request end it early.
void pause(Duration length, const Watch& watch) {
  const auto end = std::min(std::chrono::steady_clock::now() + length, watch.deadline);
  while (!watch.stopped() && std::chrono::steady_clock::now() < end) ::poll(nullptr, 0, 10);
}

std::string where(const Target& target, const Exchange& exchange) {
  const std::string url = to_string(target.url);
  return exchange.address.empty() ? url : fmt::format("{} at {}", url, exchange.address);
}

std::string last_answer(const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok)
    return to_string(exchange.outcome) + (exchange.detail.empty() ? "" : ": " + exchange.detail);
  return fmt::format("status {}", exchange.status);
}

}  // namespace

std::optional<Error> absence(const Target& target, const Exchange& exchange) {
  const auto looked_up =
      destination(target, target.url.host, target.url.effective_port(), std::nullopt);
  const auto error = [&](std::string what, std::string hint) {
    return Error{std::move(what), std::move(hint), target.place, false};
  };
  const std::string at = where(target, exchange);
  switch (exchange.outcome) {
    case Outcome::unresolved:
      return error(
          fmt::format("the name {} has no address", looked_up ? looked_up->host : target.url.host),
          "give one with --address HOST:PORT or `address:`, as with curl --connect-to");
    case Outcome::unreachable:
      return error(fmt::format("no route to {}: {}", at, exchange.detail),
                   "is the network or the VPN up?");
    case Outcome::local:
      return error(fmt::format("this machine could not connect to {}: {}", at, exchange.detail),
                   "its own ports, descriptors or source address are the limit");
    case Outcome::refused:
      return error(fmt::format("{} refused the connection", at),
                   "nothing listens there: is the port right, is the controller running?");
    case Outcome::connect_timeout:
      return error(fmt::format("{} did not accept a connection within {}", at,
                               to_string(target.connect_timeout)),
                   "a firewall, a wrong address, or a balancer that is not ready yet; --timeout "
                   "makes it wait longer");
    case Outcome::timeout:
      return error(fmt::format("{} accepted the connection but answered nothing within {}", at,
                               to_string(target.timeout)),
                   "is it an HTTP server? If only this path is slow, `ready: {path: /...}` asks "
                   "another; `timeout:` or --timeout make it wait longer");
    default:
      return std::nullopt;
  }
}

Result<void> knock(const Target& target, const Watch& watch) {
  const auto to = destination(target, target.url.host, target.url.effective_port(), std::nullopt);
  if (!to) return tl::unexpected(to.error());
  Resolver resolver(target.ip_version, target.connect_timeout);
  const Candidates found = resolver.find(*to, watch);
  Exchange exchange;
  exchange.outcome = found.outcome;
  exchange.detail = found.detail;
  if (found.outcome == Outcome::ok) {
    const auto until = std::chrono::steady_clock::now() + target.connect_timeout;
    const Connection connection = connect_to(found.endpoints, until, watch);
    exchange.outcome = connection.outcome;
    exchange.detail = connection.detail;
    exchange.address = found.endpoints.front().text();
  }
  if (watch.stopped()) return {};
  if (auto error = absence(target, exchange)) return tl::unexpected(std::move(*error));
  return {};
}

Result<void> reach(const Target& target, Sender& sender, Watch& watch) {
  auto evidence = sender.send(target, one("reach", {.url = target.url}), watch);
  if (!evidence) return tl::unexpected(evidence.error());
  for (const auto& exchange : evidence->exchanges)
    if (auto error = absence(target, exchange)) return tl::unexpected(std::move(*error));
  return {};
}

Result<void> wait_ready(const Target& wanted, const Ready& ready, Sender& sender, Watch& watch) {
  using Clock = std::chrono::steady_clock;
  const auto own_end = Clock::now() + ready.within;
  const auto end = std::min(own_end, watch.deadline);
  Target target = wanted;
  Request request{.url = with_path(target.url, ready.path)};
  std::string last = "nothing was asked";
  bool answered = false;
  int in_a_row = 0;
  while (!watch.stopped()) {
    // No request outlasts the time that is left.
    const Duration left = std::max<Duration>(end - Clock::now(), std::chrono::milliseconds(1));
    request.timeout = std::min(wanted.timeout, left);
    target.connect_timeout = std::min(wanted.connect_timeout, left);
    auto evidence = sender.send(target, one("ready", request), watch);
    if (!evidence) return tl::unexpected(evidence.error());
    const bool good = !evidence->exchanges.empty() &&
                      evidence->exchanges[0].outcome == Outcome::ok &&
                      ready.status.contains(evidence->exchanges[0].status);
    // A request that we cut short ourselves says less than the answer before it.
    const bool cut = !evidence->exchanges.empty() && *request.timeout < wanted.timeout &&
                     evidence->exchanges[0].outcome == Outcome::timeout;
    if (!evidence->exchanges.empty() && !(cut && answered)) {
      last = last_answer(evidence->exchanges[0]);
      answered = true;
    }
    in_a_row = good ? in_a_row + 1 : 0;
    if (in_a_row >= ready.consecutive) return {};
    if (Clock::now() >= end) break;
    if (!good) pause(std::min<Duration>(std::chrono::milliseconds(100), end - Clock::now()), watch);
  }
  if (watch.stopped()) return {};
  return tl::unexpected(Error{
      fmt::format(
          "GET {} did not answer {} {} times in a row {}; last: {}", to_string(request.url),
          to_string(ready.status), ready.consecutive,
          end < own_end ? "before --max-time was over" : "within " + to_string(ready.within), last),
      "`ready:` in the scenario says what to wait for and how long", ready.place, false});
}

std::string describe(const std::vector<Redirection>& address) {
  if (address.empty()) return "the address that DNS gives";
  std::vector<std::string> parts;
  for (const auto& one : address) {
    const bool ipv6 = one.host.find(':') != std::string::npos;
    std::string text = one.url_port ? fmt::format("{}=", one.url_port) : "";
    text += ipv6 ? fmt::format("[{}]", one.host) : one.host;
    if (one.port) text += fmt::format(":{}", one.port);
    parts.push_back(text);
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

std::size_t count_addresses(const Target& target, const Watch& watch) {
  const auto where =
      destination(target, target.url.host, target.url.effective_port(), std::nullopt);
  if (!where) return 1;
  Resolver resolver(target.ip_version, target.connect_timeout);
  resolver.begin(where->host);
  return std::max<std::size_t>(1, resolver.find(*where, watch).endpoints.size());
}

Result<Recognition> recognize(const Target& target, Sender& sender, Watch& watch) {
  Recognition found;
  if (target.controller != "auto") {
    const Profile* profile = find_profile(target.controller);
    found.profile = profile ? *profile : generic_profile();
  } else {
    auto evidence = sender.send(target, fingerprint_traffic(target), watch);
    if (!evidence) return tl::unexpected(evidence.error());
    const Guess guess = guess_profile({std::move(*evidence)});
    found = {*guess.profile, true, guess.because};
  }
  auto overridden = with_overrides(std::move(found.profile), target.controller_overrides);
  if (!overridden) {
    Error error = overridden.error();
    error.place = target.place;
    return tl::unexpected(std::move(error));
  }
  found.profile = std::move(*overridden);
  return found;
}

}  // namespace ingress_check
