// What came back of availability's load, measured against what was promised.
#pragma once

#include "checks/conclusion.h"
#include "checks/load/availability/course.h"

namespace ingress_check::availability {

/// Every cause, for the check's table.
std::vector<Cause> causes();

/// Why no load is worth sending: the path is not even answered well once. None: it is.
std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& once);

Verdict conclude(const Check& check, const Plan& plan, const Evidence& load);

}  // namespace ingress_check::availability
