// Which pods answer at all.
#pragma once

#include <optional>

#include "checks/balance/distribution/picks.h"
#include "checks/balance/distribution/plan.h"
#include "checks/conclusion.h"

namespace ingress_check::distribution {

/// Nothing can be judged: requests go unanswered, nobody names pods, or one pod alone answers and
/// nothing says that there are more.
std::optional<Verdict> unfit(const Plan& plan, const Picks& picks);

/// Pods that are stated answer, and no others. `asked`: how many requests they had in all.
void judge_pods(const Plan& plan, const Picks& picks, std::uint64_t asked, Conclusion& conclusion);

}  // namespace ingress_check::distribution
