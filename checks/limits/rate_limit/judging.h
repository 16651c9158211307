// What came back of rate-limit's phases, measured against what is configured.
#pragma once

#include <span>

#include "checks/conclusion.h"
#include "checks/limits/rate_limit/measured.h"

namespace ingress_check::rate_limit {

/// Every cause, for the check's table.
std::vector<Cause> causes();

/// Why no storm is worth sending: the path is not even answered well once. None: it is.
std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& once);

/// The verdict over all phases that were sent.
Verdict conclude(const Check& check, const Plan& plan, const Subject& subject,
                 std::span<const Evidence> so_far);

/// What was not kept, for the search of its cause: adds diagnoses to a failure or an open verdict.
struct Storms {
  Measured storm;
  std::optional<Measured> one_connection;
  std::int64_t replicas = 0;  ///< so many buckets as configured explain it; 0: no number does
  std::size_t recovered = 0;  ///< accepted after the quiet
};
void blame_causes(const Plan& plan, const Storms& storms, Conclusion& conclusion);

/// Whether a forged header, another client and another Ingress have limits of their own.
void judge_others(const Plan& plan, const Subject& subject, const Measured& storm,
                  std::span<const Evidence> so_far, Conclusion& conclusion);

/// "3.01/s".
std::string a_second(double rate);

}  // namespace ingress_check::rate_limit
