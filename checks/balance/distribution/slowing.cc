#include "checks/balance/distribution/slowing.h"

#include <algorithm>
#include <cmath>

namespace ingress_check::distribution {

namespace {

/// As many as are answered in that time where every pod takes what it is ordered to.
std::uint64_t most_at_once(const Slowing& how, Duration lasts) {
  return how.at_once * static_cast<std::uint64_t>(lasts / how.base);
}

Traffic phase_of(const Case& of, const Slowing& how, const char* name, Request request,
                 Duration lasts) {
  Load load;
  load.requests = {{std::move(request), 1, {}}};
  if (how.at_once > 0) {
    load.arrivals = ClosedLoop{.lasts = lasts, .requests = most_at_once(how, lasts)};
    load.connections = {.count = how.at_once};
  } else {
    load.arrivals =
        OpenLoop{.stages = {{of.plan.rate, of.plan.rate, lasts}}, .spacing = Spacing::poisson};
    load.connections = {.count = 8, .most = 512};
  }
  load.threads = 1;
  load.samples = true;
  load.breaker = Breaker{};
  load.seed = of.subject.seed;
  return {.name = name, .send = std::move(load)};
}

/// The more pods, the longer it takes until enough requests could have met each.
Duration longer(Duration time, std::size_t pods) {
  return time + std::chrono::seconds(pods > 4 ? pods - 4 : 0);
}

}  // namespace

Calm calm(std::span<const Evidence> so_far, const Slowing& how) {
  Calm calm;
  calm.picks = picks(so_far, phase_calm);
  const auto& counts = calm.picks.counts;
  if (counts.empty()) return calm;
  calm.most = static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
  calm.fast = median_latency(*phase(so_far, phase_calm), calm.picks.pods[calm.most]);
  calm.obeys = calm.fast >= how.base * 9 / 10;
  return calm;
}

Duration Calm::slow_to(const Plan& plan, const Slowing& how) const {
  return fast + std::max<Duration>(plan.slow.value_or(4 * fast), how.base);
}

Duration comes_back_within(const Slowing& how, Duration slow, Duration fast) {
  const double decays = std::log(static_cast<double>(slow.count()) /
                                 static_cast<double>(std::max<Duration::rep>(1, fast.count())));
  return how.back + std::chrono::duration_cast<Duration>(how.decay * std::max(0.0, decays));
}

Duration longest(std::span<const Evidence> so_far, const Calm& calm) {
  const auto slowed = picks(so_far, phase_slowed);
  Duration most{};
  for (std::size_t i = 0; i < slowed.order.size(); ++i)
    if (slowed.order[i] == calm.most) most = std::max(most, slowed.took[i]);
  return most;
}

namespace {

/// A machine's own delays may have made the pod slower than ordered; beyond this it is not waited
/// for. A pod's own latency is not known before it is asked: it may be much below `base`.
Duration slowest(const Plan& plan, const Slowing& how) {
  return how.base + (plan.slow ? 4 * *plan.slow : std::chrono::seconds(5));
}

}  // namespace

std::optional<Traffic> next_slowing(const Case& of, const Slowing& how) {
  const auto usual = ordering(of.plan, {}, how.base, {});
  if (!phase(of.so_far, phase_calm))
    return phase_of(of, how, phase_calm, usual, longer(how.calm, of.plan.pods));
  const auto seen = calm(of.so_far, how);
  // Pods that do not obey, or do not tell who they are, are not asked further.
  if (!seen.obeys || seen.picks.met() < 2) return std::nullopt;
  const auto slow = seen.slow_to(of.plan, how);
  if (!phase(of.so_far, phase_slowed))
    return phase_of(of, how, phase_slowed,
                    ordering(of.plan, seen.picks.pods[seen.most], how.base, slow),
                    longer(how.slowed, seen.picks.met()));
  if (!phase(of.so_far, phase_back))
    return phase_of(
        of, how, phase_back, usual,
        comes_back_within(
            how, std::clamp(longest(of.so_far, seen), slow, std::max(slow, slowest(of.plan, how))),
            seen.fast));
  return std::nullopt;
}

Bounds most_slowed(const Plan& plan, const Subject&, const Slowing& how) {
  Bounds bounds;
  const auto slow = slowest(plan, how);
  const auto lasts = longer(how.calm, plan.pods) + longer(how.slowed, most_pods) +
                     comes_back_within(how, slow, how.base);
  const double seconds = std::chrono::duration<double>(lasts).count();
  const double rate =
      how.at_once > 0 ? how.at_once / std::chrono::duration<double>(how.base).count() : plan.rate;
  bounds.requests = static_cast<std::uint64_t>(2.2 * seconds * rate) + 500;
  bounds.peak_rate = how.at_once > 0 ? 0 : plan.rate;
  bounds.waits = lasts;
  bounds.time = lasts + std::chrono::seconds(30);
  bounds.side_effects = {
      "practice pods answer late while they are ordered to: nobody else's "
      "requests do"};
  return bounds;
}

}  // namespace ingress_check::distribution
