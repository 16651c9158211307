// How the errors of judgement that a run may make are shared out, before the first request.
#pragma once

#include <span>

#include "checks/check.h"

namespace ingress_check {

/// Statistical tests that can make a run of these scenarios red: of every check that is known, on
/// every target and in every cell of its matrix.
std::uint64_t statistical_tests(std::span<const Scenario> scenarios);

/// What each of so many tests gets: run_alpha, shared equally (C. E. Bonferroni, 1936).
double share_of_alpha(std::uint64_t tests);

}  // namespace ingress_check
