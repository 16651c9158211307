#include "checks/fake_ingress.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/fake_tls.h"

namespace ingress_check {

namespace {

std::string host_of(const Request& request) {
  const auto header = request.headers.find("Host");
  if (!header) return request.url.host;
  return std::string(header->substr(0, header->find(':')));
}

std::string path_of(const Request& request) {
  return request.url.path.substr(0, request.url.path.find('?'));
}

const FakeHost* match_host(const FakeRules& rules, const std::string& host) {
  for (const auto& one : rules.hosts)
    if (one.host == host) return &one;
  if (rules.wildcard_literal) return nullptr;
  for (const auto& one : rules.hosts) {
    if (!one.host.starts_with("*.") || !host.ends_with(one.host.substr(1))) continue;
    const auto labels = host.substr(0, host.size() - one.host.size() + 1);
    if (!labels.empty() && (!rules.one_label || labels.find('.') == std::string::npos)) return &one;
  }
  return nullptr;
}

bool match_path(const FakePath& rule, const std::string& path) {
  const auto stem =
      rule.path.ends_with('/') ? rule.path.substr(0, rule.path.size() - 1) : rule.path;
  switch (rule.type) {
    case FakePathType::exact:
      return path == rule.path;
    case FakePathType::prefix:
      return path == stem || path.starts_with(stem + "/");
    case FakePathType::raw_prefix:
      return path.starts_with(rule.path);
    case FakePathType::regex:
      return path.size() >= rule.path.size() &&
             same_name(std::string_view(path).substr(0, rule.path.size()), rule.path);
  }
  return false;
}

const FakePath* match_path(const FakeRules& rules, const FakeHost& host, const std::string& path) {
  const FakePath* best = nullptr;
  for (const auto& rule : host.paths) {
    if (!match_path(rule, path)) continue;
    if (!rules.longest_first) return &rule;
    const auto rank = [](const FakePath& p) {
      return std::pair(p.type == FakePathType::exact, p.path.size());
    };
    if (!best || rank(rule) > rank(*best)) best = &rule;
  }
  return best;
}

void show(const FakePage& page, Exchange& exchange) {
  exchange.status = page.status;
  exchange.headers = page.headers;
  exchange.body = page.body;
  exchange.body_size = page.body.size();
}

/// The one place that there is, as footprints have it.
const std::vector<std::string> here = {"the simulated ingress"};

std::string client_of(const Request& request) {
  return request.source_address.empty() ? fake_client_address : request.source_address;
}

bool nameless(const Target& target) {
  return target.answered_by.any.says_nothing() && target.answered_by.by_service.empty();
}

}  // namespace

FakeIngress::FakeIngress(FakeConfig config)
    : config_(std::move(config)), random_(config_.seed), limiter_(config_.limits) {
  if (config_.no_route.body.empty()) config_.no_route = nginx_page(404);
  if (config_.no_endpoints.body.empty()) config_.no_endpoints = nginx_page(503);
  if (config_.plain_http_on_tls.body.empty()) config_.plain_http_on_tls = nginx_page(400);
}

Result<Evidence> FakeIngress::send(const Target& target, const Traffic& traffic, Watch& watch) {
  Evidence evidence;
  evidence.traffic = traffic;
  wait_for_turn(traffic, evidence);
  const auto before = sent_;
  const auto since = elapsed_;
  evidence.began = since;
  if (const auto* http = std::get_if<Http>(&traffic.send)) {
    evidence.exchanges = answers(target, *http, watch);
  } else if (const auto* handshakes = std::get_if<Handshakes>(&traffic.send)) {
    for (std::size_t i = 0; i < handshakes->items.size(); ++i)
      for (std::uint32_t round = 0; round < handshakes->items[i].times; ++round) {
        const auto& item = handshakes->items[i];
        evidence.handshakes.push_back(fake_handshake(config_, target, item, i, round));
        sent_ += item.resume ? 2 : 1;
        elapsed_ += config_.latency;
      }
  } else if (const auto* in_numbers = std::get_if<Load>(&traffic.send)) {
    load(target, *in_numbers, evidence);
  } else {
    const auto& items = std::get<Bytes>(traffic.send).items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      evidence.dialogues.push_back(fake_dialogue(config_, items[i], i));
      ++sent_;
      elapsed_ += config_.latency;
    }
  }
  for (std::size_t i = 0; i < traffic.events.size(); ++i) {
    const auto at = traffic.events[i].at;
    evidence.events.push_back({.event = i, .began = at, .ended = at, .output = ""});
    evidence.events.back().status = config_.command_status;
  }
  if (watch.stopped()) evidence.end = End::interrupted;
  evidence.sent = sent_ - before;
  evidence.took = elapsed_ - since;
  footprints_.sent(here, traffic, Instant(elapsed_));
  return evidence;
}

void FakeIngress::wait_for_turn(const Traffic& traffic, Evidence& evidence) {
  const auto turn = footprints_.turn(here, traffic, Instant(elapsed_));
  evidence.waited = turn.at - Instant(elapsed_);
  elapsed_ += evidence.waited;
}

std::vector<Exchange> FakeIngress::answers(const Target& target, const Http& http, Watch& watch) {
  std::uint32_t rounds = 0;
  for (const auto& request : http.requests) rounds = std::max(rounds, request.times);
  std::vector<Exchange> all;
  for (std::uint32_t round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < http.requests.size(); ++i) {
      const auto& request = http.requests[i];
      if (round >= request.times) continue;
      for (std::size_t a = 0; a < (request.every_address ? config_.addresses : 1); ++a) {
        if (watch.stopped()) return all;
        auto exchange = answer(target, request, a);
        const auto deadline = elapsed_ + request.retry_within;
        while (elapsed_ < deadline && (exchange.outcome != Outcome::ok ||
                                       request.retry_statuses.contains(exchange.status))) {
          const auto attempts = exchange.attempts + 1;
          elapsed_ += std::chrono::milliseconds(100);
          exchange = answer(target, request, a);
          exchange.attempts = attempts;
        }
        exchange.request = i;
        exchange.round = round;
        all.push_back(std::move(exchange));
      }
    }
  return all;
}

void FakeIngress::connect(const Request& request, Exchange& exchange, int& replica) {
  const auto key =
      fmt::format("{}|{}|{}", request.client, request.url.authority(), exchange.address);
  const auto kept = kept_.find(key);
  if (request.reuse == Reuse::kept && kept != kept_.end()) {
    exchange.reused = true;
    exchange.connection = kept->second.connection;
    replica = kept->second.replica;
    return;
  }
  replica = static_cast<int>(random_() % static_cast<std::uint64_t>(std::max(1, config_.replicas)));
  exchange.connection = ++connections_;
  if (request.reuse == Reuse::kept) kept_[key] = {replica, exchange.connection};
}

Exchange FakeIngress::answer(const Target& target, const Request& request, std::size_t address) {
  Exchange exchange;
  exchange.address = fmt::format("192.0.2.{}:{}", address + 1, request.url.effective_port());
  exchange.local = std::string(fake_client_address) + ":40000";
  exchange.started = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed_));
  exchange.version = HttpVersion::http1;
  exchange.sent = request.headers;
  exchange.timings.total = exchange.timings.first_byte = config_.latency;
  ++sent_;
  elapsed_ += config_.latency;
  int replica = 0;
  connect(request, exchange, replica);
  if (const auto* limit = limiter_.refuses(request, {client_of(request), replica}, elapsed_)) {
    show(nginx_page(limit->status), exchange);
    return exchange;
  }
  return answer(target, request, std::move(exchange), replica);
}

Exchange FakeIngress::answer(const Target& target, const Request& request, Exchange exchange,
                             int replica) {
  if (config_.down) {
    exchange.outcome = *config_.down;
    return exchange;
  }
  if (shake_hands(target, request, exchange)) {
    const bool stale = config_.stale && replica == config_.replicas - 1;
    serve(target, stale ? *config_.stale : config_.rules, request, exchange);
  }
  if (config_.twist) config_.twist(request, exchange);
  return exchange;
}

std::vector<Exchange> FakeIngress::turn_of_answers(const Target& target, const Request& request,
                                                   int replica) {
  constexpr std::size_t most = 64;
  std::vector<Exchange> all;
  if (!config_.balance.empty() || !config_.rules.canaries.empty()) listed_ = 0;
  while (all.size() < most) {
    Exchange exchange;
    exchange.version = HttpVersion::http1;
    exchange = answer(target, request, std::move(exchange), replica);
    // A twist may change any one of them.
    if (!config_.twist && !all.empty() && all.front().who.pod == exchange.who.pod) break;
    all.push_back(std::move(exchange));
  }
  listed_.reset();
  return all;
}

void FakeIngress::load(const Target& target, const Load& load, Evidence& evidence) {
  const auto answers = [&](const Request& request, int replica) {
    return turn_of_answers(target, request, replica);
  };
  const auto choosers = [&](const std::string& service) { return chooser(service); };
  const auto refuses = [&](const Request& request, const FakeClient& client, Duration at) {
    return limiter_.refuses(request, client, elapsed_ + at);
  };
  auto [reply, took] = fake_load(config_.load, target, load, {answers, choosers, refuses},
                                 config_.replicas, elapsed_, random_());
  sent_ += reply.counts.sent() + reply.counts.repeated + reply.warm_up;
  elapsed_ += took;
  evidence.load = std::move(reply);
}

bool FakeIngress::shake_hands(const Target& target, const Request& request,
                              Exchange& exchange) const {
  if (!request.url.https) return true;
  const auto sni = request.sni ? *request.sni : target.sni.value_or(request.url.host);
  exchange.tls = fake_facts(config_, sni);
  if (exchange.tls) exchange.tls->sni = sni;
  if (exchange.tls && (exchange.tls->verified || target.insecure)) {
    if (exchange.tls->alpn == "h2") exchange.version = HttpVersion::http2;
    return true;
  }
  exchange.outcome = Outcome::tls_error;
  exchange.detail = exchange.tls ? exchange.tls->verify_error : "the server refused the handshake";
  return false;
}

void FakeIngress::serve(const Target& target, const FakeRules& rules, const Request& request,
                        Exchange& exchange) {
  if (config_.permissive) {
    show({200, "hello", {}}, exchange);
    return;
  }
  if (request.url.https && config_.plain_into_tls) {
    show(config_.plain_http_on_tls, exchange);
    return;
  }
  const auto host_name = host_of(request);
  const auto path = path_of(request);
  const auto* host = match_host(rules, host_name);
  if (host && host->redirect_to_https && (!request.url.https || config_.tls_ends_before)) {
    show(nginx_page(config_.redirect_status), exchange);
    exchange.headers.add("Location", "https://" + host_name + request.url.path);
    return;
  }
  if (host && rules.slash_redirects)
    for (const auto& rule : host->paths)
      if (rule.path == path + "/") {
        show(nginx_page(301), exchange);
        exchange.headers.add("Location", to_string(with_path(request.url, rule.path)));
        return;
      }
  const auto* rule = host ? match_path(rules, *host, path) : nullptr;
  if (!rule && rules.default_service.empty()) {
    show(config_.no_route, exchange);
    return;
  }
  reach(target, rules, rule ? rule->service : rules.default_service, request, exchange);
}

void FakeIngress::reach(const Target& target, const FakeRules& rules, const std::string& name,
                        const Request& request, Exchange& exchange) {
  const auto all = answerers(rules, name, request);
  if (all.empty()) {
    show(config_.no_endpoints, exchange);
    return;
  }
  std::string cookie;
  // Where the request itself has decided, all are of one service.
  const auto& asked = all.front().service == all.back().service ? all.front().service : name;
  const auto& who = all[choose(asked, request, exchange.connection, cookie) % all.size()];
  const auto service = std::ranges::find(rules.services, who.service, &FakeService::name);
  show({service->status, service->body, {{{"Content-Type", "text/plain"}}}}, exchange);
  if (!cookie.empty()) exchange.headers.add("Set-Cookie", cookie);
  if (request.method == "HEAD") exchange.body.clear();
  if (service->silent || nameless(target)) return;
  exchange.who = who;
  if (!config_.sees) return;
  Seen seen{request.method, request.url.path, host_of(request), "HTTP/1.1", request.headers};
  seen.headers.add("X-Forwarded-For", fake_client_address);
  const bool https = request.url.https && !config_.tls_ends_before;
  if (rules.forwarded_proto) seen.headers.add("X-Forwarded-Proto", https ? "https" : "http");
  exchange.seen = std::move(seen);
}

}  // namespace ingress_check
