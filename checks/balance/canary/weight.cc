// The canary's share of requests that do not say where they want to go.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/balance/canary/judging.h"
#include "checks/balance/finding.h"
#include "checks/load_reading.h"
#include "checks/statistics.h"

namespace ingress_check::canary {

namespace {

/// A share that is rarer than that is not called the swapped one.
constexpr double naming_alpha = 1e-3;

std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

Finding share_finding(const Plan& plan, const Tally& tally) {
  return finding_of(
      plan.request, plan.weight->place,
      fmt::format("{} of the answers by {}", percent(plan.weight->value), plan.canary.value),
      fmt::format("of {} requests {}", thousands(tally.all()), told(plan, tally)));
}

void blame_share(const Plan& plan, const Tally& tally, Conclusion& conclusion) {
  if (conclusion.blamed("not-a-canary") || conclusion.blamed("neither-service")) return;
  const double share = plan.weight->value;
  const auto text = fmt::format(
      "{} of {} answers are by {}, {} where {} are stated.", thousands(tally.of(Side::canary)),
      thousands(tally.told()), plan.canary.value,
      percent(static_cast<double>(tally.of(Side::canary)) / static_cast<double>(tally.told())),
      percent(share));
  const bool swapped = share < 0.5 ? tally.of(Side::canary) > tally.of(Side::stable)
                                   : tally.of(Side::canary) < tally.of(Side::stable);
  if (swapped && test_share(tally, 1 - share).best > naming_alpha)
    conclusion.blame("canary-weights-swapped", text);
  else
    conclusion.blame("canary-weight-off", text);
}

/// Nothing, or all: one answer by the wrong service is enough.
void judge_certain(const Plan& plan, const Tally& tally, Conclusion& conclusion) {
  const bool none = plan.weight->value <= 0;
  const auto wrong = tally.of(none ? Side::canary : Side::stable);
  if (wrong > 0) {
    auto found = share_finding(plan, tally);
    found.broke = wrong;
    found.of = tally.all();
    conclusion.broke(std::move(found));
    return blame_share(plan, tally, conclusion);
  }
  if (tally.missing() > 0) return conclusion.undecided(share_finding(plan, tally));
  conclusion.verdict.shown.push_back(fmt::format("all of {} requests that do not say went to {}",
                                                 thousands(tally.told()),
                                                 (none ? plan.stable : plan.canary).value));
}

double chance(std::uint64_t canary, std::uint64_t all, double share) {
  if (share <= 0 || share >= 1) return canary == (share <= 0 ? 0 : all) ? 1 : 0;
  return binomial_tails(canary, all, share).both();
}

}  // namespace

ShareTest test_share(const Tally& tally, double share) {
  const auto least = tally.of(Side::canary), most = least + tally.missing();
  const auto all = tally.told() + tally.missing();
  const auto fair = static_cast<std::uint64_t>(std::llround(share * static_cast<double>(all)));
  return {.best = chance(std::clamp(fair, least, most), all, share),
          .worst = std::min(chance(least, all, share), chance(most, all, share))};
}

void judge_weight(const Plan& plan, const Subject& subject, const Tally& tally,
                  Conclusion& conclusion) {
  auto& verdict = conclusion.verdict;
  verdict.figures = {
      {"requests_by_weight", static_cast<double>(tally.all())},
      {"canary_share", tally.told() == 0 ? 0
                                         : static_cast<double>(tally.of(Side::canary)) /
                                               static_cast<double>(tally.told())}};
  // All are another service's: that has been said.
  if (tally.told() + tally.missing() == 0) return;
  if (!by_chance(plan)) return judge_certain(plan, tally, conclusion);
  const auto test = test_share(tally, plan.weight->value);
  if (test.best <= subject.alpha) {
    auto found = share_finding(plan, tally);
    found.actual += fmt::format("; the chance of that is {:.1e}", test.best);
    conclusion.broke(std::move(found));
    return blame_share(plan, tally, conclusion);
  }
  if (test.worst <= subject.alpha || tally.all() < requests_by_weight(plan, subject))
    return conclusion.undecided(share_finding(plan, tally));
  const auto interval = share_interval(tally.of(Side::canary), tally.told(), 0.99);
  verdict.shown.push_back(fmt::format(
      "of {} requests that do not say {} went to {} ({} to {} with 99 % confidence); a share that "
      "is off by {} would have been caught {:g} times in 100",
      thousands(tally.told()), thousands(tally.of(Side::canary)), plan.canary.value,
      percent(interval.low), percent(interval.high), percent(least_effect(plan)),
      subject.power * 100));
}

}  // namespace ingress_check::canary
