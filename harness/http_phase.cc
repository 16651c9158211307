#include "harness/http_phase.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace ingress_check {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(20);  // how soon a stop request is noticed
constexpr Duration kRetryPause = std::chrono::milliseconds(100);

Instant now() { return std::chrono::steady_clock::now(); }

/// Sending it twice has the effect of sending it once (RFC 9110, 9.2.2): after a connection that
/// rested was closed it may be sent again without asking anybody.
bool idempotent(std::string_view method) {
  static constexpr std::string_view methods[] = {"GET", "HEAD",   "OPTIONS",
                                                 "PUT", "DELETE", "TRACE"};
  return std::ranges::find(methods, method) != std::end(methods);
}

/// libcurl 7.88 cannot send a second request over a connection with HTTP/2 by prior knowledge: it
/// would end in a framing error of its own making.
bool keeps_connection(const Request& request, const Outgoing& out) {
  return request.reuse == Reuse::kept && protocol_of(out) != Protocol::http2_prior_knowledge;
}

}  // namespace

HttpPhase::HttpPhase(HttpProbe& probe, const Target& target, const Http& http, Resolver& resolver,
                     Allowance& allowance, Watch& watch)
    : probe_(probe),
      target_(target),
      http_(http),
      resolver_(resolver),
      allowance_(allowance),
      watch_(watch) {}

Result<void> HttpPhase::prepare() {
  for (const Request& request : http_.requests) {
    Ready ready;
    ready.request = &request;
    auto out = ingress_check::prepare(target_, request);
    if (!out) return tl::unexpected(out.error());
    ready.out = *std::move(out);
    if (ready.out.https) {
      const auto trust = probe_.trust(target_);
      if (!trust) return tl::unexpected(trust.error());
      ready.trust = *trust;
      const auto credentials = probe_.credentials(target_, request.certificate);
      if (!credentials) return tl::unexpected(credentials.error());
      ready.credentials = *credentials;
    }
    resolver_.begin(ready.out.connect_to.host);
    ready_.push_back(std::move(ready));
  }
  for (Ready& ready : ready_) ready.found = resolver_.find(ready.out.connect_to, watch_);
  list_jobs();
  return {};
}

void HttpPhase::list_jobs() {
  std::uint32_t rounds = 0;
  for (const Ready& ready : ready_) rounds = std::max(rounds, ready.request->times);
  for (std::uint32_t round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < ready_.size(); ++i) {
      if (round >= ready_[i].request->times) continue;
      const auto& found = ready_[i].found.endpoints;
      if (!ready_[i].request->every_address || found.empty())
        jobs_.push_back({i, round, {}, false, {}});
      else
        for (const Endpoint& endpoint : found) jobs_.push_back({i, round, endpoint, false, {}});
    }
}

bool HttpPhase::shares_client(const Request& request) const {
  return !request.client.empty() || request.reuse == Reuse::kept;
}

std::span<const Endpoint> HttpPhase::endpoints(const Job& job) const {
  if (job.endpoint) return {&*job.endpoint, 1};
  return ready_[job.request].found.endpoints;
}

/// Its place among all that the run sends.
Instant HttpPhase::reserve(const Job& job, Instant earliest) {
  const Ready& ready = ready_[job.request];
  return allowance_.reserve(endpoints(job), earliest, host_named(*ready.request, ready.out));
}

Duration HttpPhase::timeout(const Request& request) const {
  return request.timeout.value_or(target_.timeout);
}

/// Takes the first job whose client is free. With a concurrency of 1 that is simply the next one.
Result<bool> HttpPhase::begin_next() {
  while (first_waiting_ < jobs_.size() && jobs_[first_waiting_].begun) ++first_waiting_;
  for (std::size_t i = first_waiting_; i < jobs_.size(); ++i) {
    if (jobs_[i].begun) continue;
    const Request& request = *ready_[jobs_[i].request].request;
    auto flight = std::make_unique<Flight>();
    if (shares_client(request)) {
      flight->client = probe_.client(target_, request.client);
      if (std::ranges::any_of(flights_,
                              [&](const auto& other) { return other->client == flight->client; }))
        continue;
    } else {
      flight->own = HttpClient::create();
      flight->client = flight->own.get();
    }
    if (!flight->client) return cannot("libcurl cannot make a client", "is there memory left?");
    flight->job = i;
    flight->not_before = reserve(jobs_[i], now());
    flight->retry_until = flight->not_before + request.retry_within;
    jobs_[i].begun = true;
    flights_.push_back(std::move(flight));
    return true;
  }
  return false;
}

Result<void> HttpPhase::go(Flight& flight) {
  const Job& job = jobs_[flight.job];
  Ready& ready = ready_[job.request];
  ++flight.attempts;
  if (ready.found.outcome != Outcome::ok && flight.attempts > 1) {
    resolver_.forget(ready.out.connect_to.host);
    ready.found = resolver_.find(ready.out.connect_to, watch_);
  }
  if (ready.found.outcome != Outcome::ok) {
    Exchange exchange;
    exchange.started = std::chrono::system_clock::now();
    exchange.outcome = ready.found.outcome;
    exchange.detail = ready.found.detail;
    settle(flight, std::move(exchange));
    return {};
  }
  const Request& request = *ready.request;
  AttemptPlan plan;
  plan.out = &ready.out;
  plan.endpoints = endpoints(job);
  plan.trust = ready.trust;
  plan.credentials = ready.credentials;
  plan.insecure = target_.insecure;
  plan.user_agent = probe_.user_agent();
  plan.source_address = request.source_address;
  plan.timeout = timeout(request);
  plan.connect_timeout = std::min(target_.connect_timeout, plan.timeout);
  plan.body_limit = http_.body_limit;
  plan.fresh = !keeps_connection(request, ready.out);
  plan.avoid_kept = flight.repeated;
  plan.cookies = !request.client.empty();
  return flight.client->start(std::move(plan));
}

bool HttpPhase::again(Flight& flight, const Exchange& exchange) {
  const Request& request = *ready_[jobs_[flight.job].request].request;
  if (watch_.stopped()) return false;
  if (exchange.outcome == Outcome::idle_close && !flight.repeated && idempotent(request.method)) {
    flight.repeated = true;
    flight.not_before = reserve(jobs_[flight.job], now());
    return true;
  }
  const bool wanted =
      exchange.outcome != Outcome::ok || request.retry_statuses.contains(exchange.status);
  if (!wanted || now() + kRetryPause >= flight.retry_until) return false;
  flight.not_before = reserve(jobs_[flight.job], now() + kRetryPause);
  return true;
}

void HttpPhase::settle(Flight& flight, Exchange exchange) {
  if (again(flight, exchange)) return;
  Job& job = jobs_[flight.job];
  Duration& looked_up = ready_[job.request].found.took;
  exchange.request = job.request;
  exchange.round = job.round;
  exchange.attempts = flight.attempts;
  if (!exchange.reused) {
    exchange.timings.resolve = std::exchange(looked_up, Duration::zero());
    exchange.timings.total += exchange.timings.resolve;
  }
  job.exchange = std::move(exchange);
  flight.client = nullptr;  // done
  ++done_;
  if (watch_.progress) watch_.progress(done_, jobs_.size());
}

Result<void> HttpPhase::run(Evidence& evidence) {
  const std::size_t most = static_cast<std::size_t>(std::max(1, http_.concurrency));
  if (watch_.progress) watch_.progress(0, jobs_.size());
  while (done_ < jobs_.size()) {
    if (watch_.stopped() || now() >= watch_.deadline) {
      evidence.end = watch_.stopped() ? End::interrupted : End::out_of_time;
      break;
    }
    while (flights_.size() < most) {
      const auto begun = begin_next();
      if (!begun) return tl::unexpected(begun.error());
      if (!*begun) break;
    }
    if (auto stepped = step(); !stepped) return stepped;
  }
  for (const auto& flight : flights_)
    if (flight->client && flight->client->abandon()) ++sent_;
  for (Job& job : jobs_)
    if (job.exchange) evidence.exchanges.push_back(*std::move(job.exchange));
  evidence.sent += sent_;
  return {};
}

/// Starts what is due, lets the clients work for a moment, takes in what is finished.
Result<void> HttpPhase::step() {
  std::vector<HttpClient*> working;
  auto until = now() + kStep;
  for (const auto& flight : flights_) {
    if (flight->client && !flight->client->busy()) {
      if (flight->not_before > now()) {
        until = std::min(until, flight->not_before);
        continue;
      }
      if (auto gone = go(*flight); !gone) return gone;
    }
    if (flight->client && flight->client->busy()) working.push_back(flight->client);
  }
  const bool all_settled =
      std::ranges::all_of(flights_, [](const auto& flight) { return flight->client == nullptr; });
  if (!all_settled) HttpClient::drive(working, until - now());
  for (const auto& flight : flights_) {
    if (!flight->client || !flight->client->busy()) continue;
    auto exchange = flight->client->finished(probe_.connections(), sent_);
    if (exchange) settle(*flight, *std::move(exchange));
  }
  std::erase_if(flights_, [](const auto& flight) { return flight->client == nullptr; });
  return {};
}

}  // namespace ingress_check
