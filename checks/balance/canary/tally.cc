// Answers counted by who gave them.
#include <fmt/format.h>

#include "checks/answers.h"
#include "checks/balance/canary/judging.h"
#include "checks/balance/finding.h"
#include "checks/load_reading.h"

namespace ingress_check::canary {

std::string told(const Plan& plan, const Tally& tally) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t n, const std::string& whose) {
    if (n > 0) parts.push_back(thousands(n) + " " + whose);
  };
  add(tally.of(Side::stable), "by " + plan.stable.value);
  add(tally.of(Side::canary), "by " + plan.canary.value);
  add(tally.of(Side::other), "by another service");
  add(tally.of(Side::untold), "by who does not tell");
  add(tally.unanswered, "without an answer");
  return parts.empty() ? "nothing" : listed(parts);
}

void Tally::add(const Tally& other) {
  for (std::size_t i = 0; i < sides.size(); ++i) sides[i] += other.sides[i];
  unanswered += other.unanswered;
}

std::vector<Tally> tally_asked(const Plan& plan, const Evidence& asked) {
  std::vector<Tally> tallies(asks(plan).size());
  for (const auto& exchange : asked.exchanges) {
    if (exchange.request >= tallies.size()) continue;
    auto& tally = tallies[exchange.request];
    if (exchange.outcome == Outcome::ok)
      ++tally.sides[static_cast<std::size_t>(side_of(plan, exchange.who))];
    else
      ++tally.unanswered;
  }
  return tallies;
}

Tally tally_weight(const Plan& plan, const LoadReply& reply) {
  Tally tally;
  for (const auto& pod : reply.pods)
    tally.sides[static_cast<std::size_t>(side_of(plan, {pod.service, pod.pod}))] += pod.answered;
  tally.unanswered = reply.counts.failed();
  return tally;
}

std::optional<Verdict> unfit(const Plan& plan, const Tally& all, const Evidence& evidence) {
  if (all.told() + all.of(Side::other) > 0) return std::nullopt;
  if (all.of(Side::untold) == 0) {
    auto sentence = std::string("no request was answered");
    if (!evidence.exchanges.empty())
      sentence = silence(plan.request, evidence.exchanges.front()).sentence;
    return nothing_judged(std::move(sentence), {"who would have answered"});
  }
  Verdict verdict;
  verdict.kind = Verdict::Kind::not_supported;
  verdict.summary = "the answers do not say which service gave them: the canary was not judged";
  verdict.not_shown.push_back(
      "where requests go: say under answered-by how an answer tells its service");
  return verdict;
}

void judge_services(const Plan& plan, const Tally& all, Conclusion& conclusion) {
  const auto& [stable, canary] = std::pair(plan.stable.value, plan.canary.value);
  if (const auto others = all.of(Side::other); others > 0) {
    conclusion.broke(finding_of(plan.request, plan.stable.place,
                                fmt::format("answers by {} or {}", stable, canary),
                                told(plan, all)));
    conclusion.blame("neither-service",
                     fmt::format("{} of {} answers are from neither {} nor {}.", thousands(others),
                                 thousands(all.all()), stable, canary));
    return;
  }
  const bool wanted = plan.header || plan.cookie || plan.weight->value > 0;
  if (wanted && all.of(Side::canary) == 0 && all.missing() == 0)
    conclusion.blame("not-a-canary",
                     fmt::format("All {} requests went to {}.", thousands(all.all()), stable));
}

}  // namespace ingress_check::canary
