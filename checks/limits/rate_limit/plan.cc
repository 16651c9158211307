#include "checks/limits/rate_limit/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ingress_check::rate_limit {

namespace {

constexpr double usual_factor = 5;  // ingress-nginx, annotation limit-burst-multiplier

Duration in_seconds(double seconds) {
  return Duration(static_cast<Duration::rep>(std::ceil(seconds * 1e3)) * 1'000'000);
}

template <class T>
const Value* stated(const Object& words, std::string_view name) {
  const auto* value = words.find(name);
  return value && value->is<T>() ? value : nullptr;
}

std::optional<double> number(const std::optional<std::string>& text) {
  double value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

/// How sure a trait of this subject's profile is.
Known known(const Subject& subject, const std::string& trait) {
  if (!subject.controller.trait(trait)) return Known::no;
  const bool sure = !subject.controller_guessed && subject.controller.confirmed_trait(trait);
  return sure ? Known::stated : Known::guessed;
}

/// The number as written: a factor of 5 makes a burst of 150 of 30/m (ingress-nginx, template.go).
double written(Rate rate) { return rate.per_second * rate.unit; }

void read_burst(const Params& params, const Subject& subject, Plan& plan) {
  plan.burst_place = plan.limit.place;
  plan.burst = usual_factor * written(plan.limit.value);
  if (const auto* burst = stated<std::int64_t>(params, "burst")) {
    plan.burst = static_cast<double>(burst->as<std::int64_t>());
    plan.burst_known = Known::stated;
    plan.burst_place = burst->place;
  } else if (const auto* factor = stated<double>(params, "multiplier")) {
    plan.burst = factor->as<double>() * written(plan.limit.value);
    plan.burst_known = Known::stated;
    plan.burst_place = factor->place;
  } else if (const auto trait = number(subject.controller.trait("limit.burst-factor"))) {
    plan.burst = *trait * written(plan.limit.value);
    plan.burst_known = known(subject, "limit.burst-factor");
  }
  plan.burst = std::floor(plan.burst + 1e-9);
}

void read_status(const Params& params, const Subject& subject, Plan& plan) {
  plan.status_place = plan.limit.place;
  if (const auto* status = stated<Statuses>(params, "status")) {
    plan.status = status->as<Statuses>();
    plan.status_known = Known::stated;
    plan.status_place = status->place;
  } else if (const auto trait = number(subject.controller.trait("limit.status"))) {
    plan.status = {{{static_cast<int>(*trait), static_cast<int>(*trait)}}};
    plan.status_known = known(subject, "limit.status");
  }
}

/// Each request over a connection of its own: connections are what replicas share out, and a few
/// kept ones may all belong to one of them.
Load load(const Plan& plan, std::vector<Stage> stages, const Subject& subject) {
  Load load;
  load.requests.resize(1);
  load.requests[0].request = plan.request;
  double peak = 0;
  for (const auto& stage : stages) peak = std::max(peak, stage.to);
  load.arrivals = OpenLoop{.stages = std::move(stages)};
  load.connections.count = static_cast<std::uint32_t>(std::clamp(peak / 50, 4.0, 32.0));
  load.connections.most = 256;
  load.connections.requests = 1;
  load.samples = true;
  load.seed = subject.seed;
  // What is refused is meant to be; an application that falls over is not.
  load.breaker = Breaker{.errors = 0.5, .provoked = plan.status};
  for (const int status : {403, 429, 503, 509, 529})
    load.breaker->provoked.ranges.emplace_back(status, status);
  return load;
}

/// Fast until a bucket of twice the size would be drained, then somewhat faster than it leaks, for
/// as long as it takes to measure the rate to 1 %: over m refills, each known to a gap of the
/// requests, 1 / (m x their rate / the limit) of it stays open on either side.
std::vector<Stage> storm_stages(const Plan& plan) {
  const double rate = plan.rate() * static_cast<double>(plan.replicas);
  const double drain = std::ceil(2.2 * plan.capacity() * static_cast<double>(plan.replicas));
  const double flood = std::min(5000.0, std::max(10 * rate, drain / 2));
  const double refills = std::max(12.0, 2 * rate);
  const double tail = rate * std::max(2.5, 125 / refills);
  return {{flood, flood, in_seconds(drain / flood)}, {tail, tail, in_seconds(refills / rate)}};
}

std::vector<Stage> at_once(const Plan& plan, double requests) {
  const double rate = std::max({100.0, 2 * requests, 10 * plan.rate()});
  return {{rate, rate, in_seconds(requests / rate)}};
}

/// So many that a bucket drained before refuses some of them, whatever has leaked meanwhile, and a
/// full one takes them all.
double probe_size(const Plan& plan) {
  return std::max(1.0, std::min(plan.burst, std::ceil(3 + 3 * plan.rate())));
}

}  // namespace

std::string phase_also(std::size_t index) { return fmt::format("also {}", index + 1); }

Duration Plan::refill() const { return in_seconds(capacity() / rate()); }

Duration Plan::pause() const { return std::min<Duration>(refill(), std::chrono::seconds(5)); }

double recovered(const Plan& plan) {
  const double seconds = std::chrono::duration<double>(plan.pause()).count();
  return std::floor(std::min(plan.burst, plan.rate() * seconds));
}

Plan read_plan(const Params& params, const Subject& subject) {
  Plan plan;
  for (const auto* word : {"path", "url"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  plan.request = read_request(params, subject.target);
  const auto& limit = params.at("limit");
  plan.limit = {limit.as<Rate>(), limit.place};
  read_burst(params, subject, plan);
  read_status(params, subject, plan);
  plan.is_bucket = !subject.controller_guessed &&
                   subject.controller.confirmed_trait("limit.counting") == "bucket";
  plan.replicas = params.integer("replicas", 1);
  if (const auto* value = params.find("replicas")) plan.replicas_place = value->place;
  if (const auto* also = stated<List>(params, "also"))
    for (const auto& path : also->as<List>())
      plan.also.push_back({path.as<std::string>(), path.place});
  const auto* others = stated<Object>(params, "others");
  if (!others) return plan;
  if (const auto* url = stated<Url>(others->as<Object>(), "url"))
    plan.other_url = Stated<Url>{url->as<Url>(), url->place};
  if (const auto* from = stated<std::string>(others->as<Object>(), "source-address"))
    plan.other_address = Stated<std::string>{from->as<std::string>(), from->place};
  return plan;
}

Traffic traffic(const Plan& plan, std::string_view phase, const Subject& subject) {
  Traffic out;
  out.name = phase;
  if (phase == phase_once) {
    out.send = Http{.requests = {plan.request}};
    out.quiet = plan.refill();
    return out;
  }
  out.provokes = true;
  out.leaves = Leftover{"the drained bucket of " + to_string(plan.request.url), plan.refill()};
  if (phase == phase_calm) {
    const double calm = 0.7 * plan.rate();
    out.send = load(plan, {{calm, calm, in_seconds(std::max(3.0, 5 / calm))}}, subject);
    out.quiet = in_seconds(1 / plan.rate());
    out.leaves = Leftover{"a request in the bucket", in_seconds(2 / plan.rate())};
    return out;
  }
  if (phase == phase_storm || phase == phase_one_connection) {
    auto storm = load(plan, storm_stages(plan), subject);
    if (phase == phase_one_connection) storm.connections = {.count = 1, .most = 1};
    out.send = std::move(storm);
    out.quiet = phase == phase_storm ? in_seconds(2 / plan.rate()) : plan.refill();
    return out;
  }
  out.amid_leftovers = true;
  if (phase == phase_recovery) {
    // A quarter more than passes: meanwhile it leaks, and the bucket is to be drained again.
    const double all = recovered(plan) * static_cast<double>(plan.replicas);
    out.send = load(plan, at_once(plan, std::ceil(1.25 * all) + 5), subject);
    out.quiet = plan.pause();
    return out;
  }
  auto probe = load(plan, at_once(plan, probe_size(plan)), subject);
  if (phase == phase_forged)
    for (const auto* header : {"X-Forwarded-For", "X-Real-IP", "True-Client-IP"})
      probe.requests[0].request.headers.add(header, "198.51.100.7");  // RFC 5737: documentation
  if (phase == phase_other_client) probe.clients.source_addresses = {plan.other_address->value};
  for (std::size_t i = 0; i < plan.also.size(); ++i)
    if (phase == phase_also(i))
      probe.requests[0].request.url = with_path(plan.request.url, plan.also[i].value);
  if (phase == phase_other_ingress) probe.requests[0].request.url = plan.other_url->value;
  out.send = std::move(probe);
  return out;
}

}  // namespace ingress_check::rate_limit
