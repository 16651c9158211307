// rate-limit: each client may send at the configured rate and burst, and no more; refusals look as
// configured and touch nobody else.
#include <fmt/format.h>

#include "checks/limits/rate_limit/judging.h"

namespace ingress_check {

namespace checks {
extern const Check rate_limit;
}

namespace rate_limit {

namespace {

/// What follows the storm, by what it told.
std::vector<std::string> later_phases(const Plan& plan, const Measured& storm) {
  if (storm.refused == 0) return {};
  std::vector<std::string> all = {phase_recovery};
  if (storm.as_configured()) {
    if (plan.replicas == 1) all.push_back(phase_forged);
    for (std::size_t i = 0; plan.replicas == 1 && i < plan.also.size(); ++i)
      all.push_back(phase_also(i));
    if (plan.other_address) all.push_back(phase_other_client);
    if (plan.other_url) all.push_back(phase_other_ingress);
  } else if (storm.too_much && plan.replicas == 1) {
    all.push_back(phase_one_connection);
  }
  return all;
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject);
  const auto* once = phase(so_far, phase_once);
  if (!once) return traffic(plan, phase_once, subject);
  if (auto verdict = unfit(checks::rate_limit, plan, subject, *once)) return *std::move(verdict);
  for (const auto* name : {phase_calm, phase_storm})
    if (!phase(so_far, name)) return traffic(plan, name, subject);
  const auto storm = measure_after(plan, *phase(so_far, phase_calm), *phase(so_far, phase_storm));
  for (const auto& name : later_phases(plan, storm))
    if (!phase(so_far, name)) return traffic(plan, name, subject);
  return conclude(checks::rate_limit, plan, subject, so_far);
}

/// Every phase that there may be.
std::vector<std::string> phases(const Plan& plan) {
  std::vector<std::string> all = {phase_once,     phase_calm,   phase_storm,
                                  phase_recovery, phase_forged, phase_one_connection};
  for (std::size_t i = 0; i < plan.also.size(); ++i) all.push_back(phase_also(i));
  if (plan.other_address) all.push_back(phase_other_client);
  if (plan.other_url) all.push_back(phase_other_ingress);
  return all;
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject);
  Bounds bounds;
  for (const auto& name : phases(plan)) {
    const auto sent = traffic(plan, name, subject);
    bounds.requests += 2 * sent.count();  // what idles closed is repeated once
    bounds.time += subject.target.timeout + subject.target.connect_timeout;
    // Either the other clients are asked or one connection is.
    if (name != phase_one_connection) bounds.waits += sent.quiet;
    if (const auto* load = std::get_if<Load>(&sent.send)) {
      if (name != phase_one_connection) bounds.waits += load->lasts();
      bounds.peak_rate = std::max(bounds.peak_rate, load->peak_rate());
    }
    if (name == phase_one_connection) bounds.time += sent.quiet + std::get<Load>(sent.send).lasts();
  }
  bounds.time += bounds.waits;
  bounds.side_effects = {
      fmt::format("the limit of {} is used up for this client, and refills within {}",
                  to_string(plan.request.url), to_string(plan.refill()))};
  return bounds;
}

}  // namespace

}  // namespace rate_limit

namespace checks {

const Check rate_limit{
    .words = {.name = "rate-limit",
              .about = "A limit on the rate of each client is in force as configured",
              .fields = ingress_check::rate_limit::fields(),
              .rules = ingress_check::rate_limit::rules(),
              .review = ingress_check::rate_limit::review},
    .proves =
        "Below the limit nothing is refused; in a storm a leaky bucket of the stated rate and "
        "burst explains every answer, whenever requests may have arrived; refusals have the stated "
        "status; after a pause the burst is back; a forged header makes no other client. It tells "
        "the rate and burst that it measured.",
    .blind =
        "Limits on connections, on bandwidth and over longer times than the storm; without `also`, "
        "whether other paths of the same Ingress share the limit, as they do with ingress-nginx; "
        "without `others`, whether other clients or another Ingress share it.",
    .sends =
        "After as long without a request as a drained bucket needs: one request, a few at 0.7 of "
        "the limit, then a storm of more than twice the burst and further on somewhat above the "
        "limit, and after a pause (until the bucket is empty, at most 5 s) as many as must pass at "
        "once.",
    .order = Order::storm,
    .protects = true,
    .causes = ingress_check::rate_limit::causes(),
    .step = ingress_check::rate_limit::step,
    .bounds = ingress_check::rate_limit::bounds,
};

}  // namespace checks

}  // namespace ingress_check
