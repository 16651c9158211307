#include "checks/balance/distribution/presence.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/balance/finding.h"
#include "checks/load_reading.h"

namespace ingress_check::distribution {

namespace {

/// Names of the one list that are not in the other.
std::vector<std::string> without(const std::vector<std::string>& names,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> left;
  for (const auto& name : names)
    if (std::ranges::find(others, name) == others.end()) left.push_back(name);
  return left;
}

void blame_missing(const Plan& plan, const Picks& picks, std::uint64_t asked,
                   Conclusion& conclusion) {
  const auto met = picks.pods.size();
  const std::string apart =
      met == 1 ? "requests from another client address: if they reach other pods, clients are "
                 "pinned"
               : "";
  if (met == 1)
    conclusion.blame("clients-pinned",
                     fmt::format("Every request was answered by {}.", picks.pods.front()), apart);
  conclusion.blame("pod-never-chosen",
                   fmt::format("{} of {} pods never answered in {} requests.",
                               plan.pods - std::min(plan.pods, met), plan.pods, thousands(asked)),
                   apart);
}

}  // namespace

std::optional<Verdict> unfit(const Plan& plan, const Picks& picks) {
  const auto asked = picks.total() + picks.unnamed + picks.unanswered;
  if (asked == 0) return nothing_judged("nothing was asked");
  if (picks.unanswered * 20 > asked)
    return nothing_judged(
        fmt::format("{} of {} requests were not answered: who answers the others "
                    "says little",
                    thousands(picks.unanswered), thousands(asked)));
  if (picks.unnamed * 20 > asked) {
    auto verdict = nothing_judged("the answers do not say which pod gave them",
                                  {"how requests are spread: say under answered-by how an answer "
                                   "tells its pod, or let the backend name itself"});
    verdict.kind = Verdict::Kind::not_supported;
    return verdict;
  }
  if (picks.pods.size() < 2 && plan.pods == 0)
    return nothing_judged("one pod alone answered everything",
                          {"how requests are spread: state `pods`, if there are more than one"});
  return std::nullopt;
}

void judge_pods(const Plan& plan, const Picks& picks, std::uint64_t asked, Conclusion& conclusion) {
  const auto met = picks.pods.size();
  const auto missing = without(plan.names, picks.pods);
  if (!missing.empty() || met < plan.pods) {
    conclusion.broke(finding_of(
        plan.request, plan.pods_place, fmt::format("{} pods answer", plan.pods),
        fmt::format("{} requests were answered by {}{}", thousands(asked), listed(picks.pods, 8),
                    missing.empty() ? "" : "; never by " + listed(missing))));
    blame_missing(plan, picks, asked, conclusion);
  }
  const bool more = plan.names.empty() && plan.pods > 0 && met > plan.pods;
  const auto strange = plan.names.empty() ? picks.pods : without(picks.pods, plan.names);
  if (!more && (plan.names.empty() || strange.empty())) return;
  conclusion.broke(finding_of(
      plan.request, plan.pods_place,
      plan.names.empty() ? fmt::format("{} pods answer", plan.pods) : "only these pods answer",
      "answered by " + listed(strange, 8)));
  conclusion.blame("other-pods", listed(strange, 8) + " answered as well.");
}

}  // namespace ingress_check::distribution
