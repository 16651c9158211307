// availability: a load goes on while something changes, and no more comes to nothing than may.
#include <fmt/format.h>

#include "checks/commands.h"
#include "checks/load/availability/judging.h"

namespace ingress_check {

namespace checks {
extern const Check availability;
}

namespace availability {

namespace {

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject.target);
  const auto* once = phase(so_far, phase_once);
  if (!once) return Traffic{.name = phase_once, .send = Http{.requests = {plan.request}}};
  if (auto verdict = unfit(checks::availability, plan, subject, *once)) return *std::move(verdict);
  const auto* load = phase(so_far, phase_load);
  if (!load)
    return Traffic{.name = phase_load, .send = load_of(plan, subject), .events = plan.events};
  return conclude(checks::availability, plan, *load);
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject.target);
  const auto load = load_of(plan, subject);
  Bounds bounds;
  bounds.requests = 1 + 2 * load.count();
  bounds.peak_rate = load.peak_rate();
  bounds.waits = load.lasts();
  bounds.time = load.lasts() + 2 * (subject.target.timeout + subject.target.connect_timeout);
  bounds.side_effects.push_back(fmt::format("the target has a load at {} for {} behind it",
                                            to_string(Rate{plan.rate}), to_string(plan.lasts)));
  for (const auto& event : plan.events) {
    bounds.time += event.within;
    bounds.side_effects.push_back(describe(event));
  }
  return bounds;
}

}  // namespace

}  // namespace availability

namespace checks {

const Check availability{
    .words = {.name = "availability",
              .about = "A load goes on while something changes, and nothing is lost",
              .fields = ingress_check::availability::fields(),
              .rules = ingress_check::availability::rules(),
              .review = ingress_check::availability::review},
    .proves =
        "Of a steady load no more requests of each kind come to nothing than stated, none go "
        "without a good answer for longer than `gap`, and answers come from who `expect` says, "
        "before and after the commands of `during`.",
    .blind =
        "Changes that it does not make, rates other than its own, long-lived connections, requests "
        "cut on a kept connection before anything came (they are sent again and counted), and "
        "whether a request that failed was carried out.",
    .sends =
        "One request; if it is answered well, requests at a rate, three on each connection, while "
        "the commands run.",
    .order = Order::command,
    .causes = ingress_check::availability::causes(),
    .step = ingress_check::availability::step,
    .bounds = ingress_check::availability::bounds,
};

}  // namespace checks

}  // namespace ingress_check
