// What `same` concludes from all answers.
#pragma once

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

/// The requests to be asked again after the first look: some of each group of those that seem to
/// differ, and those that are unsteady.
std::vector<std::size_t> to_ask_again(const Plan& plan, const Sides& sides,
                                      const std::vector<Judged>& first);

/// `again`: those that were. Only what they confirm is a difference.
Verdict conclude(const Check& check, const Plan& plan, const Sides& sides,
                 const std::vector<Judged>& all, const std::vector<std::size_t>& again);

}  // namespace ingress_check::same
