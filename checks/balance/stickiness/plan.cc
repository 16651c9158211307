#include "checks/balance/stickiness/plan.h"

#include <algorithm>
#include <cmath>

#include "checks/commands.h"

namespace ingress_check::stickiness {

namespace {

template <class T>
std::optional<Stated<T>> stated(const Params& params, std::string_view name) {
  const auto* value = params.find(name);
  if (!value || !value->is<T>()) return std::nullopt;
  return Stated<T>{value->as<T>(), value->place};
}

/// So many that clients of k pods, each with at least 0.8 of its share of them, leave one out at
/// most once in 1/alpha times: k (1 - 0.8/k)^n = alpha.
std::uint32_t enough_clients(double pods, double alpha) {
  const double n = std::log(pods / alpha) / -std::log1p(-0.8 / pods);
  return static_cast<std::uint32_t>(std::ceil(std::max(200.0, n)));
}

}  // namespace

Plan read_plan(const Params& params, const Subject& subject) {
  Plan plan;
  plan.request = read_request(params, subject.target);
  for (const auto* word : {"path", "url"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  const auto cookie = stated<std::string>(params, "cookie");
  plan.cookie = cookie ? cookie->value : subject.controller.trait("cookie.name").value_or("");
  plan.cookie_guessed = !cookie && subject.controller_guessed;
  plan.cookie_place = cookie ? cookie->place : plan.place;
  plan.pods = stated<std::int64_t>(params, "pods");
  const auto pods = static_cast<double>(plan.pods ? plan.pods->value : 2);
  plan.clients =
      static_cast<std::uint32_t>(params.integer("clients", enough_clients(pods, subject.alpha)));
  plan.requests = static_cast<std::uint32_t>(params.integer("requests", 20));
  plan.http_only = stated<bool>(params, "http-only");
  plan.secure = stated<bool>(params, "secure");
  plan.same_site = stated<std::string>(params, "same-site");
  plan.path = stated<std::string>(params, "cookie-path");
  plan.set = stated<std::string>(params, "set");
  plan.max_age = stated<Duration>(params, "max-age");
  if (const auto* words = params.find("loses-pod"); words && words->is<Object>()) {
    plan.loses_for = words->as<Object>().duration("for", std::chrono::seconds(10));
    plan.loses_settle = words->as<Object>().duration("settle", std::chrono::seconds(1));
    plan.loses_pod = {read_command(words->as<Object>(), plan.loses_for / 4), words->place};
  }
  return plan;
}

Traffic ask_for_cookie(const Plan& plan) {
  Http http;
  http.concurrency = 1;
  http.requests.assign(4, plan.request);
  http.requests[asked_first].client = http.requests[asked_again].client = "the first client";
  http.requests[asked_without].times = times_without;
  http.requests[asked_forged].headers.add("Cookie", plan.cookie + "=forged.by.ingress-check");
  return {.name = phase_cookie, .send = std::move(http)};
}

Traffic send_clients(const Plan& plan, const Subject& subject) {
  Load load;
  // What is set is told apart by a match that fails where it is not.
  Match set;
  set.part = Match::Part::header;
  set.header = "Set-Cookie";
  set.text = {true, "^\\Q" + plan.cookie + "\\E\\s*="};
  load.requests = {{plan.request, 1, {set}}};
  load.arrivals = ClosedLoop{.requests = std::uint64_t{plan.clients} * plan.requests};
  load.clients = {.count = plan.clients, .connections = 2};
  // Each client also comes back over new connections.
  load.connections = {.count = plan.clients, .requests = std::max(2u, plan.requests / 4)};
  load.threads = 1;
  load.samples = true;
  load.breaker = Breaker{.errors = 0.9};
  load.seed = subject.seed;
  return {.name = phase_clients, .send = std::move(load)};
}

Traffic lose_pod(const Plan& plan, const Subject& subject) {
  constexpr double each = 2;  // requests a second of a client
  constexpr std::uint32_t most_clients = 60;
  Load load;
  load.requests = {{plan.request, 1, {}}};
  load.clients = {.count = std::min(plan.clients, most_clients), .connections = 2};
  const double rate = each * load.clients.count;
  load.arrivals = OpenLoop{.stages = {{rate, rate, plan.loses_for}}};
  load.connections = {.count = load.clients.count, .requests = 5};
  load.threads = 1;
  load.samples = true;
  load.breaker = Breaker{.errors = 0.9};
  load.seed = subject.seed + 1;
  return {.name = phase_loss,
          .send = std::move(load),
          .leaves = Leftover{"a pod that came back", std::chrono::seconds(2)},
          .events = {plan.loses_pod->value}};
}

}  // namespace ingress_check::stickiness
