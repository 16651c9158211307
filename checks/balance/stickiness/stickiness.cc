// stickiness: a client that sends its cookie back stays with its pod.
#include "checks/balance/stickiness/judging.h"
#include "checks/commands.h"

namespace ingress_check {

namespace checks {
extern const Check stickiness;
}

namespace stickiness {

namespace {

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject);
  const auto* cookie = phase(so_far, phase_cookie);
  if (!cookie) return ask_for_cookie(plan);
  if (auto verdict = unfit(checks::stickiness, plan, subject, *cookie)) return *std::move(verdict);
  const auto* clients = phase(so_far, phase_clients);
  if (!clients) return send_clients(plan, subject);
  const auto* loss = phase(so_far, phase_loss);
  if (!loss && plan.loses_pod) return lose_pod(plan, subject);
  Conclusion conclusion(checks::stickiness);
  judge_cookie(plan, subject, *cookie, conclusion);
  return judge_clients(plan, subject, *cookie, *clients, loss, std::move(conclusion));
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject);
  Bounds bounds;
  const auto single = std::uint64_t{3} + times_without;
  // A kept-alive connection that the target closes costs a repetition.
  bounds.requests = 2 * single + 2 * std::uint64_t{plan.clients} * plan.requests;
  bounds.time = subject.target.timeout * static_cast<Duration::rep>(single + plan.requests);
  bounds.side_effects = {"sessions of as many clients as it sends, if the application keeps any"};
  if (!plan.loses_pod) return bounds;
  const auto asked = std::get<Load>(lose_pod(plan, subject).send);
  bounds.requests += 2 * asked.count();
  bounds.waits = plan.loses_for;
  bounds.time += plan.loses_for + plan.loses_pod->value.within;
  bounds.side_effects.push_back(describe(plan.loses_pod->value));
  return bounds;
}

}  // namespace

}  // namespace stickiness

namespace checks {

const Check stickiness{
    .words = {.name = "stickiness",
              .about = "A client that sends its cookie back stays with its pod",
              .fields = ingress_check::stickiness::fields(),
              .rules = request_rules(),
              .review = ingress_check::stickiness::review},
    .proves =
        "The first response sets the cookie as stated; clients that send it back meet one pod "
        "each, "
        "over several connections that they share with nobody; together they meet all pods that "
        "are stated.",
    .blind =
        "Lifetimes: nobody waits until a cookie ends; and, without `loses-pod`, what becomes of "
        "clients whose pod goes away.",
    .sends =
        "27 single requests: a first one, one that brings the cookie back, some without, one with "
        "a "
        "forged value. Then 200 clients or more, 20 requests each, over two connections at a time "
        "that are renewed.",
    .order = Order::sticky,
    .protects = true,
    .causes = ingress_check::stickiness::causes(),
    .step = ingress_check::stickiness::step,
    .bounds = ingress_check::stickiness::bounds,
    .tests = [](const Params&) -> std::uint64_t { return 1; },
};

}  // namespace checks

}  // namespace ingress_check
