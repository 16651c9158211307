// canary: some requests go to another service, by header, by cookie and by weight.
#include <fmt/format.h>

#include "checks/answers.h"
#include "checks/balance/canary/judging.h"

namespace ingress_check {

namespace checks {
extern const Check canary;
}

namespace canary {

namespace {

std::string in_short(const Plan& plan) {
  std::vector<std::string> parts;
  if (plan.header) parts.push_back("the header " + plan.header->value);
  if (plan.cookie) parts.push_back("the cookie " + plan.cookie->value);
  if (plan.weight) parts.push_back(fmt::format("its weight of {:g} %", plan.weight->value * 100));
  return fmt::format("{} gets the requests that it should, by {}", plan.canary.value,
                     listed(parts));
}

void tell_limits(const Plan& plan, Verdict& verdict) {
  verdict.not_shown.push_back(
      "clients that affinity has pinned: these requests bring no cookie of it");
  if (!plan.header && !plan.cookie) return;
  verdict.not_shown.push_back("values other than always and never");
  if (plan.weight && !by_chance(plan))
    verdict.not_shown.push_back(
        fmt::format("that the word {} has an effect: the weight alone does the same",
                    plan.weight->value <= 0 ? "never" : "always"));
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject);
  Tally all;
  std::vector<Tally> asked;
  if (plan.header || plan.cookie) {
    const auto* evidence = phase(so_far, phase_asked);
    if (!evidence) return ask(plan, subject);
    asked = tally_asked(plan, *evidence);
    for (const auto& tally : asked) all.add(tally);
    if (auto verdict = unfit(plan, all, *evidence)) return *std::move(verdict);
  }
  std::optional<Tally> weighed;
  if (plan.weight) {
    const auto* evidence = phase(so_far, phase_weight);
    if (!evidence) return send_by_weight(plan, subject);
    weighed = tally_weight(plan, *evidence->load);
    all.add(*weighed);
    if (auto verdict = unfit(plan, all, *evidence)) return *std::move(verdict);
  }
  Conclusion conclusion(checks::canary);
  judge_services(plan, all, conclusion);
  if (!asked.empty()) judge_asked(plan, subject, asked, conclusion);
  if (weighed) judge_weight(plan, subject, *weighed, conclusion);
  tell_limits(plan, conclusion.verdict);
  return conclusion.decide(in_short(plan));
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject);
  const auto single = asks(plan).size() * times_asked(plan, subject.power);
  Bounds bounds;
  // A connection that the target closes at once costs a repetition.
  bounds.requests = 2 * single;
  bounds.time = subject.target.timeout * static_cast<Duration::rep>(single);
  if (!plan.weight) return bounds;
  const auto traffic = send_by_weight(plan, subject);
  const auto& load = std::get<Load>(traffic.send);
  bounds.requests += 2 * load.count();
  bounds.peak_rate = plan.rate;
  bounds.waits = load.lasts();
  bounds.time += bounds.waits + 2 * subject.target.timeout;
  return bounds;
}

/// The weight, where chance decides; all else proves itself.
std::uint64_t tests(const Params& params) {
  const auto* weight = params.find("weight");
  const double share = weight ? weight->as<Share>().of_one : 0;
  return share > 0 && share < 1 ? 1 : 0;
}

}  // namespace

}  // namespace canary

namespace checks {

const Check canary{
    .words = {.name = "canary",
              .about = "Some requests go to a canary: by header, by cookie, by weight",
              .fields = ingress_check::canary::fields(),
              .rules = ingress_check::canary::rules(),
              .review = ingress_check::canary::review},
    .proves =
        "Requests whose header or cookie says always reach the canary, those that say never the "
        "stable service; where the two are at odds, the one that the controller asks first "
        "decides. Of all others the canary gets the stated share; one that is off by `detect` is "
        "caught 99 times in 100.",
    .blind =
        "Clients that affinity has pinned: no request brings such a cookie, since affinity beats "
        "the canary. Values other than always and never, as canary-by-header-value has them. Kept "
        "connections: each request has its own.",
    .sends =
        "24 requests or more for each of always and never, by header and by cookie, and as many "
        "for each way in which they are at odds; then as many as the weight needs, at 200/s, at "
        "moments that are chosen by chance.",
    .order = Order::balanced,
    .protects = true,
    .causes = ingress_check::canary::causes(),
    .step = ingress_check::canary::step,
    .bounds = ingress_check::canary::bounds,
    .tests = ingress_check::canary::tests,
};

}  // namespace checks

}  // namespace ingress_check
