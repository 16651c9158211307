// What came back of stickiness, judged.
#pragma once

#include "checks/balance/stickiness/plan.h"
#include "checks/conclusion.h"

namespace ingress_check::stickiness {

/// Why no clients are worth sending: there is no answer, or no cookie. None: they are.
std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& cookie);

/// The cookie as the first response has it, and what becomes of it.
void judge_cookie(const Plan& plan, const Subject& subject, const Evidence& cookie,
                  Conclusion& conclusion);

/// Clients keep their pods, and meet all of them together. `loss`: of the phase in which a pod goes
/// away, if there is one.
Verdict judge_clients(const Plan& plan, const Subject& subject, const Evidence& cookie,
                      const Evidence& clients, const Evidence* loss, Conclusion conclusion);

}  // namespace ingress_check::stickiness
