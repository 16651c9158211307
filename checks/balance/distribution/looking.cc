// Whether the slowed pod got less, and came back.
#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/balance/distribution/forecast.h"
#include "checks/balance/distribution/presence.h"
#include "checks/balance/distribution/replay.h"
#include "checks/balance/distribution/slowing.h"
#include "checks/balance/finding.h"
#include "checks/load_reading.h"
#include "checks/statistics.h"

namespace ingress_check::distribution {

namespace {

std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

class Judge {
 public:
  Judge(const Case& of, const Slowing& how)
      : of_(of), how_(how), calm_(calm(of.so_far, how)), conclusion_(of.check) {}

  Verdict judge() {
    if (auto nothing = unfit()) return *std::move(nothing);
    pod_ = calm_.picks.pods[calm_.most];
    slow_ = calm_.slow_to(of_.plan, how_);
    slowed_ = picks(of_.so_far, phase_slowed, settling);
    back_ = picks(of_.so_far, phase_back);
    judge_pods();
    judge_less();
    judge_back();
    tell();
    return conclusion_.decide(fmt::format(
        "slowed down from {} to {}, {} got {} of the requests instead of {}", rounded(calm_.fast),
        rounded(slow_), pod_, percent(slowed_.share(calm_.most)), percent(even())));
  }

 private:
  double even() const { return 1 / static_cast<double>(pods_); }

  std::optional<Verdict> unfit() {
    if (auto nothing = distribution::unfit(of_.plan, calm_.picks)) return nothing;
    pods_ = calm_.picks.pods.size();
    if (pods_ < 2) {
      judge_pods();
      return conclusion_.decide({});
    }
    return calm_.obeys ? std::nullopt : by_nature();
  }

  /// Pods that cannot be slowed down: by the times that they take anyhow, if these differ enough.
  std::optional<Verdict> by_nature() {
    const auto& evidence = *phase(of_.so_far, phase_calm);
    Duration least = Duration::max(), most{};
    std::size_t slowest = 0;
    for (std::size_t i = 0; i < calm_.picks.pods.size(); ++i) {
      const auto median = median_latency(evidence, calm_.picks.pods[i]);
      if (median > most) slowest = i;
      most = std::max(most, median);
      least = std::min(least, median);
    }
    if (most < 2 * least) {
      auto verdict = nothing_judged(
          "the pods cannot be slowed down, and are all alike",
          {"whether slow pods get fewer requests: practice pods obey the header X-Echo "
           "(pod=NAME; delay=100ms); others are judged if one takes twice as long as another"});
      verdict.kind = Verdict::Kind::not_supported;
      return verdict;
    }
    pod_ = calm_.picks.pods[slowest];
    slow_ = most;
    calm_.fast = least;
    calm_.most = slowest;
    slowed_ = picks(of_.so_far, phase_calm, settling);
    phase_of_slowness_ = phase_calm;
    judge_pods();
    judge_less();
    conclusion_.verdict.not_shown.push_back(
        "what happens when a pod becomes slow, and when it is fast again: these cannot be slowed "
        "down");
    return conclusion_.decide(fmt::format(
        "{}, which takes {} where another takes {}, got {} of "
        "the requests instead of {}",
        pod_, rounded(most), rounded(least), percent(slowed_.share(slowest)), percent(even())));
  }

  Finding finding(const Place& place, std::string expected, std::string actual) const {
    return finding_of(of_.plan.request, place, std::move(expected), std::move(actual));
  }

  void judge_pods() {
    distribution::judge_pods(of_.plan, calm_.picks, calm_.picks.total(), conclusion_);
  }

  void judge_less() {
    const auto seen = slowed_.counts.empty() ? 0 : slowed_.counts[calm_.most];
    const auto interval = share_interval(seen, slowed_.total(), 1 - 2 * of_.subject.alpha);
    const double most = even() / 2;
    if (interval.high < most) {
      conclusion_.verdict.shown.push_back(
          fmt::format("while it took {}, {} got {} of {} requests", rounded(slow_), pod_,
                      percent(slowed_.share(calm_.most)), thousands(slowed_.total())));
      return;
    }
    auto found = finding(
        of_.plan.policy_place,
        fmt::format("a pod that takes {} where others take {} gets less than {} of the requests",
                    rounded(slow_), rounded(calm_.fast), percent(most)),
        fmt::format("{} got {} of {}: {}", pod_, thousands(seen), thousands(slowed_.total()),
                    percent(slowed_.share(calm_.most))));
    if (interval.low <= most) {
      found.actual += "; a longer or faster load would decide it";
      return conclusion_.undecided(std::move(found));
    }
    // The pods' own delays may be as large: then the policy itself would not avoid it.
    const double itself = replayed(phase_of_slowness_).slowed_most;
    if (itself >= most || interval.low <= 2 * itself) {
      found.actual += fmt::format(
          "; the times of the other pods varied so much that {} itself would have given it up to "
          "{}: a larger `slow` would decide it",
          of_.plan.policy->word, percent(itself));
      return conclusion_.undecided(std::move(found));
    }
    conclusion_.broke(std::move(found));
    blame_policy("The slow pod is not avoided.");
  }

  void judge_back() {
    if (!phase(of_.so_far, phase_back) || conclusion_.failed()) return;
    const auto seen = back_.counts[calm_.most];
    // What remembers latencies asks it again within that time; what counts requests under way at
    // once gives it its share.
    const double least = how_.decay > Duration::zero() ? 0 : even() / 4;
    const auto interval = share_interval(seen, back_.total(), 1 - 2 * of_.subject.alpha);
    if (how_.decay > Duration::zero() ? seen > 0 : interval.low > least) {
      conclusion_.verdict.shown.push_back(
          fmt::format("fast again, it is asked again: {}", percent(back_.share(calm_.most))));
      return;
    }
    auto found =
        finding(of_.plan.policy_place,
                fmt::format("a pod that is fast again gets requests again within {}",
                            rounded(comes_back_within(how_, slow_, calm_.fast))),
                fmt::format("{} got {} of {}", pod_, thousands(seen), thousands(back_.total())));
    if (how_.decay > Duration::zero() ? !forgiving_is_over(found) : !back_is_owed(interval, found))
      return conclusion_.undecided(std::move(found));
    conclusion_.broke(std::move(found));
    if (how_.decay > Duration::zero())
      conclusion_.blame("never-forgiven",
                        fmt::format("{} was slow once, and gets nothing any more.", pod_));
    else
      blame_policy("The pod is avoided although it is as fast as the others.");
  }

  Replayed replayed(const char* slowed_phase) const {
    return replay(of_, how_, slowed_phase, calm_.most, calm_.fast, slow_);
  }

  /// A mean is never above the longest time that went into it, and falls as the policy has it. Says
  /// in the finding why not.
  bool forgiving_is_over(Finding& found) const {
    const auto most = longest(of_.so_far, calm_);
    Duration fastest = calm_.fast;
    for (const auto& pod : calm_.picks.pods)
      if (const auto median = median_latency(*phase(of_.so_far, phase_back), pod);
          median > Duration::zero())
        fastest = std::min(fastest, median);
    const auto needed = comes_back_within(how_, most, fastest);
    const auto lasted = phase(of_.so_far, phase_back)->load->lasted;
    // Medians differ a little from phase to phase: of the 5 s on top, 4 are enough.
    if (lasted >= needed - std::chrono::seconds(1)) return true;
    found.actual +=
        fmt::format(" in {}; it was once seen to take {}, which a mean forgets only in {}",
                    rounded(lasted), rounded(most), rounded(needed));
    return false;
  }

  /// Whether the policy itself would have given it its share.
  bool back_is_owed(const ShareInterval& share, Finding& found) const {
    if (share.high >= even() / 4) return false;
    const double itself = replayed(phase_slowed).back_least;
    if (itself >= even() / 2) return true;
    found.actual += fmt::format(
        "; with the times that were measured {} itself would have given it down to {}: a larger "
        "`slow` would decide it",
        of_.plan.policy->word, percent(itself));
    return false;
  }

  void blame_policy(const std::string& why) {
    conclusion_.blame("policy-ignored", fmt::format("{} It is {}.", why, in_words(like())));
  }

  std::vector<Likeness> like() const {
    const auto early = early_share();
    return likely({slowed_.share(calm_.most), early}, pods_, how_, of_.plan.rate, calm_.fast,
                  slow_);
  }

  double early_share() const {
    std::size_t all = 0, of_it = 0;
    for (std::size_t i = 0; i < back_.order.size() && back_.sent[i] < settling; ++i) {
      ++all;
      of_it += back_.order[i] == calm_.most;
    }
    return all == 0 ? 0 : static_cast<double>(of_it) / static_cast<double>(all);
  }

  void tell() {
    auto& verdict = conclusion_.verdict;
    const auto fits = like();
    verdict.traits["balance.policy"] = fits.front().policy;
    verdict.notes.push_back("it is " + in_words(fits));
    verdict.figures = {
        {"requests", static_cast<double>(calm_.picks.total() + slowed_.total() + back_.total())},
        {"pods", static_cast<double>(pods_)},
        {"share_while_slow", slowed_.share(calm_.most)},
        {"share_afterwards", back_.total() ? back_.share(calm_.most) : 0}};
    verdict.not_shown.push_back(
        "even shares: a policy that looks at latencies splits equal pods in any way");
  }

  const Case& of_;
  const Slowing& how_;
  Calm calm_;
  Conclusion conclusion_;
  std::size_t pods_ = 0;
  std::string pod_;
  Duration slow_{};
  Picks slowed_, back_;
  const char* phase_of_slowness_ = phase_slowed;
};

}  // namespace

Verdict judge_slowing(const Case& of, const Slowing& how) { return Judge(of, how).judge(); }

}  // namespace ingress_check::distribution
