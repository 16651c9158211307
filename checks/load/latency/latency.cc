// latency: answers come within their limits at the stated rate, by every request and every pod.
#include <fmt/format.h>

#include "checks/load/latency/judging.h"

namespace ingress_check {

namespace checks {
extern const Check latency;
}

namespace latency {

namespace {

Traffic ask_once(const Plan& plan) {
  Http http;
  for (const auto& asked : plan.requests) http.requests.push_back(asked.request);
  return {.name = phase_once, .send = std::move(http)};
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject.target);
  const auto* once = phase(so_far, phase_once);
  if (!once) return ask_once(plan);
  if (auto verdict = unfit(checks::latency, plan, subject, *once)) return *std::move(verdict);
  const auto* load = phase(so_far, phase_load);
  if (!load) return Traffic{.name = phase_load, .send = load_of(plan, subject)};
  return conclude(checks::latency, plan, subject, *load);
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject.target);
  const auto load = load_of(plan, subject);
  Bounds bounds;
  // A kept-alive connection that the target closes costs a repetition: of each request once.
  bounds.requests = plan.requests.size() + 2 * load.count();
  bounds.peak_rate = load.peak_rate();
  bounds.waits = load.lasts();
  bounds.time = load.lasts() + subject.target.connect_timeout +
                subject.target.timeout * static_cast<Duration::rep>(plan.requests.size() + 1);
  bounds.side_effects.push_back(
      fmt::format("the target has a load {} for {} behind it: a rate limit's bucket is drained, an "
                  "autoscaler may have acted",
                  plan.how, to_string(load.lasts())));
  for (const auto& asked : plan.requests) {
    const auto& method = asked.request.method;
    if (method != "GET" && method != "HEAD" && method != "OPTIONS")
      bounds.side_effects.push_back(
          fmt::format("{} is sent up to {} times", describe(asked.request), load.count() + 1));
  }
  return bounds;
}

}  // namespace

}  // namespace latency

namespace checks {

const Check latency{
    .words = {.name = "latency",
              .about = "Answers come within their limits at a stated rate",
              .fields = ingress_check::latency::fields(),
              .rules = ingress_check::latency::rules(),
              .review = ingress_check::latency::review},
    .proves =
        "Each limited percentile is kept with 99 % confidence under this load, counted from when "
        "a request was due, and no more requests fail than may.",
    .blind =
        "Other loads, rarer slow answers than the percentiles ask for, and what changes over times "
        "longer than the load.",
    .sends =
        "Each request once; if all are answered well, the load: at a rate, whatever becomes of "
        "the earlier requests, or over a number of connections as answers come.",
    .order = Order::load,
    .causes = ingress_check::latency::causes(),
    .step = ingress_check::latency::step,
    .bounds = ingress_check::latency::bounds,
};

}  // namespace checks

}  // namespace ingress_check
