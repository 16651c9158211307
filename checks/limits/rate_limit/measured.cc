#include "checks/limits/rate_limit/measured.h"

#include <algorithm>

namespace ingress_check::rate_limit {

namespace {

constexpr double rounding = 1e-6;
constexpr double between_phases = 0.01;  // seconds: how well the begins of two phases are known

/// A token bucket of b takes b at once, nginx's one more: either is as configured.
void compare(const Plan& plan, const Storm& storm, double replicas, Measured& measured) {
  const auto rate = tolerated_rate(plan);
  measured.too_much =
      storm.least_capacity(replicas * rate.high) > replicas * plan.capacity() + rounding;
  measured.too_little = storm.most_capacity(rate.low) < plan.burst - rounding;
}

bool is_narrow(const Fit& fit) {
  return fit.rate.high <= 1.33 * fit.rate.low &&
         fit.capacity.high - fit.capacity.low <= std::max(2.0, fit.capacity.middle() / 3);
}

void fit(const Storm& storm, double least, double most, Measured& measured) {
  measured.fit = storm.fit(least, most);
  measured.narrow = measured.fit && is_narrow(*measured.fit);
}

void fit_widely(const Plan& plan, const Storm& storm, Measured& measured) {
  fit(storm, plan.rate() / 100, plan.rate() * 20, measured);
}

/// Whether nothing at all was let through from the first refusal on.
bool nothing_later(const std::vector<Arrival>& arrivals) {
  const auto first = std::ranges::find(arrivals, Arrival::Fate::refused, &Arrival::fate);
  return std::none_of(first, arrivals.end(),
                      [](const Arrival& one) { return one.fate == Arrival::Fate::accepted; });
}

}  // namespace

Interval tolerated_rate(const Plan& plan) {
  return {plan.rate() * 0.995 - 0.001, plan.rate() * 1.005};
}

std::int64_t replicas_that_explain(const Plan& plan, const LoadReply& reply, std::int64_t least) {
  const auto all = arrivals(reply, plan.status);
  const Storm storm(all);
  for (std::int64_t replicas = least; replicas <= 20; ++replicas) {
    Measured measured;
    compare(plan, storm, static_cast<double>(replicas), measured);
    if (!measured.too_much) return measured.too_little ? 0 : replicas;
  }
  return 0;
}

Measured measure_after(const Plan& plan, const Evidence& calm, const Evidence& storm) {
  auto measured = measure(plan, *storm.load, plan.replicas);
  if (measured.refused == 0 || measured.accepted > 0) return measured;
  auto all = arrivals(*calm.load, plan.status);
  const auto zero = [](const Evidence& phase) { return phase.began + phase.load->began_after; };
  const double later = std::chrono::duration<double>(zero(storm) - zero(calm)).count();
  for (auto one : arrivals(*storm.load, plan.status)) {
    one.from += later - between_phases;
    one.to += later + between_phases;
    all.push_back(one);
  }
  std::ranges::sort(all, {}, &Arrival::from);
  fit_widely(plan, Storm(all), measured);
  return measured;
}

Measured measure(const Plan& plan, const LoadReply& reply, std::int64_t replicas) {
  const auto all = arrivals(reply, plan.status);
  Measured measured;
  measured.sent = all.size();
  measured.accepted = count(all, Arrival::Fate::accepted);
  measured.refused = count(all, Arrival::Fate::refused);
  measured.statuses = refusals(reply, plan.status);
  if (all.empty()) return measured;
  measured.lasted = all.back().from - all.front().from;
  const Storm storm(all);
  compare(plan, storm, static_cast<double>(replicas), measured);
  if (measured.refused == 0) return measured;
  const bool near = measured.as_configured() && replicas == 1;
  if (near)
    fit(storm, plan.rate() / 1.5, plan.rate() * 1.5, measured);
  else
    fit_widely(plan, storm, measured);
  if (!measured.fit || nothing_later(all)) measured.window = window(all);
  return measured;
}

}  // namespace ingress_check::rate_limit
