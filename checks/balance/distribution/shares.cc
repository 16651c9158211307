// Shares against those that are claimed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/answers.h"
#include "checks/balance/distribution/counting.h"
#include "checks/balance/distribution/likeness.h"
#include "checks/load_reading.h"
#include "checks/pod_names.h"
#include "checks/statistics.h"

namespace ingress_check::distribution {

namespace {

std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

bool names(const Weight& weight, const std::string& pod, const std::string& service) {
  return weight.name == pod || weight.name == service || pod_of_namesake(pod, weight.name);
}

/// The claimed shares, given to the categories in another order, fit.
bool fits_in_another_order(std::vector<double> shares, const std::vector<std::uint64_t>& counts) {
  std::uint64_t all = 0;
  for (const auto count : counts) all += count;
  // The greatest share to the greatest count, and so on: no other order fits better.
  auto sorted = counts;
  std::ranges::sort(sorted);
  std::ranges::sort(shares);
  return multinomial_test(sorted, shares) > naming_alpha;
}

}  // namespace

/// Counts by what is claimed: by pod, or by what a weight names. What none names comes last.
Counting::Claim Counting::claim(const Picks& picks, std::vector<std::uint64_t>& counts) const {
  Claim claim;
  counts.clear();
  if (of_.plan.weights.empty()) {
    counts = picks.counts;
    claim.names = picks.pods;
    claim.shares.assign(picks.pods.size(), 1 / static_cast<double>(picks.pods.size()));
    return claim;
  }
  std::uint64_t named = 0;
  for (const auto& weight : of_.plan.weights) {
    claim.names.push_back(weight.name);
    claim.shares.push_back(weight.share);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < picks.pods.size(); ++i)
      if (names(weight, picks.pods[i], picks.services[i])) count += picks.counts[i];
    counts.push_back(count);
    named += count;
  }
  if (named < picks.total()) {
    claim.names.emplace_back("others");
    claim.shares.push_back(0);
    counts.push_back(picks.total() - named);
  }
  return claim;
}

void Counting::judge_shares() {
  if (fresh_.pods.size() < 2 && of_.plan.weights.empty()) return;  // judge_pods() says so
  judge_shares(fresh_, phase_fresh, 1);
  if (kept_.connections_are_pinned()) {
    conclusion_.broke(
        finding(of_.plan.policy_place, "every request is balanced by itself",
                fmt::format("each of the {} that were kept met one pod alone", phase_kept)));
    conclusion_.blame("connections-pinned",
                      "Connections are balanced, not requests: each of them "
                      "reaches one pod as long as it is kept.");
    return;
  }
  if (!conclusion_.failed())
    judge_shares(kept_, phase_kept, of_.plan.weights.empty() ? spread_of_kept() : 1);
  if (!conclusion_.failed() && !of_.plan.weights.empty())
    judge_shares(together(fresh_, kept_), "both kinds of connections", 1);
}

void Counting::judge_shares(const Picks& picks, const std::string& how, double spread) {
  std::vector<std::uint64_t> counts;
  const auto claimed = claim(picks, counts);
  auto weighed = counts;
  for (auto& count : weighed)
    count = static_cast<std::uint64_t>(std::llround(static_cast<double>(count) / spread));
  const double chance = multinomial_test(weighed, claimed.shares);
  if (chance > of_.subject.alpha) {
    const double share = *std::ranges::min_element(claimed.shares);
    conclusion_.verdict.shown.push_back(fmt::format(
        "over {} the shares of {} requests are as claimed; one that is off by {} would have been "
        "caught {:g} times in 100",
        how, thousands(picks.total()), percent(caught(picks.total(), share)),
        of_.subject.power * 100));
    return;
  }
  std::vector<std::string> expected, actual;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    expected.push_back(fmt::format("{} {}", claimed.names[i], percent(claimed.shares[i])));
    actual.push_back(
        fmt::format("{} {}", claimed.names[i],
                    percent(static_cast<double>(counts[i]) / static_cast<double>(picks.total()))));
  }
  const auto& place = of_.plan.weights.empty() ? of_.plan.policy_place : of_.plan.weights[0].place;
  conclusion_.broke(finding(place, listed(expected, 8),
                            fmt::format("of {} requests over {}: {}; the chance of that is {:.1e}",
                                        thousands(picks.total()), how, listed(actual, 8), chance)));
  blame_shares(claimed, counts);
}

/// The smallest deviation from the share that so many requests show with the subject's power.
double Counting::caught(std::uint64_t n, double share) const {
  double low = 0, high = 1 - share;
  for (int i = 0; i < 20; ++i) {
    const double middle = (low + high) / 2;
    const bool enough =
        binomial_power(n, share, share + middle, of_.subject.alpha) >= of_.subject.power;
    (enough ? high : low) = middle;
  }
  return high;
}

void Counting::blame_shares(const Claim& claimed, const std::vector<std::uint64_t>& counts) {
  if (!of_.plan.weights.empty()) return blame_weights(claimed, counts);
  std::size_t odd = 0;
  const double mean = static_cast<double>(fresh_.total()) / static_cast<double>(counts.size());
  const auto off = [&](std::size_t i) {
    return std::abs(static_cast<double>(fresh_.counts[i]) - mean);
  };
  for (std::size_t i = 1; i < counts.size(); ++i)
    if (off(i) > off(odd)) odd = i;
  auto others = fresh_.counts;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(odd));
  const bool others_even =
      others.size() < 2 ||
      multinomial_test(others, std::vector(others.size(), 1 / static_cast<double>(others.size()))) >
          naming_alpha;
  if (others_even && steady(fresh_)) {
    conclusion_.blame(
        "pod-favoured",
        fmt::format("{} answered {} of {} requests, {:.2g} times as many as its share; the others "
                    "are even among themselves.",
                    fresh_.pods[odd], thousands(fresh_.counts[odd]), thousands(fresh_.total()),
                    static_cast<double>(fresh_.counts[odd]) / mean),
        "the policy that is in force: ewma may split pods so while their latencies are steady");
  }
  blame_policy("The shares are not even.");
}

void Counting::blame_weights(const Claim& claimed, const std::vector<std::uint64_t>& counts) {
  if (claimed.names.back() == "others") {
    conclusion_.blame("other-pods", fmt::format("Pods that no weight names answered {} requests.",
                                                thousands(counts.back())));
    return;
  }
  if (fits_in_another_order(claimed.shares, counts)) {
    conclusion_.blame("weights-swapped", "The shares are those that are stated, given to others: " +
                                             listed(claimed.names) + ".");
    return;
  }
  conclusion_.blame("weights-off", "The shares are other ones than those that are stated.");
}

}  // namespace ingress_check::distribution
