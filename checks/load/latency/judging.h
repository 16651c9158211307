// What came back of latency's load, measured against its limits.
#pragma once

#include "checks/conclusion.h"
#include "checks/load/latency/plan.h"

namespace ingress_check::latency {

/// The names of the phases: every request once; in numbers.
inline constexpr const char* phase_once = "once";
inline constexpr const char* phase_load = "load";

/// Every cause, for the check's table.
std::vector<Cause> causes();

/// Why no load is worth sending: a request is not even answered well once. None: they all are.
std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& once);

Verdict conclude(const Check& check, const Plan& plan, const Subject& subject,
                 const Evidence& load);

/// What was not kept, for the search of its cause.
struct Broken {
  bool errors = false, time = false, achieved = false;
  Duration limit = Duration::max();  ///< the lowest that was not kept
};
void blame_causes(const Broken& broken, const Plan& plan, const LoadReply& reply,
                  Conclusion& conclusion);

}  // namespace ingress_check::latency
