// What came back of canary, judged.
#pragma once

#include <array>

#include "checks/balance/canary/plan.h"
#include "checks/conclusion.h"

namespace ingress_check::canary {

/// Answers by who gave them.
struct Tally {
  std::array<std::uint64_t, 4> sides{};  ///< by Side
  std::uint64_t unanswered = 0;

  std::uint64_t of(Side side) const { return sides[static_cast<std::size_t>(side)]; }
  std::uint64_t told() const { return of(Side::stable) + of(Side::canary); }
  std::uint64_t missing() const { return of(Side::untold) + unanswered; }
  std::uint64_t all() const { return told() + of(Side::other) + missing(); }
  void add(const Tally& other);
};
/// "20 by app1, 4 by app1-canary, 1 that does not tell its service".
std::string told(const Plan& plan, const Tally& tally);

/// By Ask, in the order of asks().
std::vector<Tally> tally_asked(const Plan& plan, const Evidence& asked);
Tally tally_weight(const Plan& plan, const LoadReply& reply);

/// How the share of a weight between nothing and all compares with what was counted. Answers that
/// do not tell may belong to either side.
struct ShareTest {
  double best = 1;   ///< chance of the counts, if those are where they fit the share best
  double worst = 1;  ///< and if they are where they fit it worst
};
ShareTest test_share(const Tally& tally, double share);

/// A verdict where nothing can be judged: nobody answers, or no answer tells who gave it.
std::optional<Verdict> unfit(const Plan& plan, const Tally& all, const Evidence& evidence);

/// Who answers at all: none but these two, and the canary too. `all` are the answers of both
/// phases.
void judge_services(const Plan& plan, const Tally& all, Conclusion& conclusion);
/// What the request says decides; after judge_services().
void judge_asked(const Plan& plan, const Subject& subject, const std::vector<Tally>& tallies,
                 Conclusion& conclusion);
/// The share of those that do not say; after judge_services().
void judge_weight(const Plan& plan, const Subject& subject, const Tally& tally,
                  Conclusion& conclusion);

}  // namespace ingress_check::canary
