// What one side never does and the other often, but not always.
#pragma once

#include <cstdint>
#include <optional>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

/// How likely it is that all k of something that 2n equal answers have fall to the n of one side,
/// if both are alike: R. A. Fisher's exact test, one-sided, of k of n against 0 of n. k <= n.
double all_on_one_side(std::uint64_t k, std::uint64_t n);

/// The reference always gave the same status (or always ended without an answer in the same way)
/// and was always answered by the same service, and the other gave something else now and then, in
/// each of its phases, more often than chance explains at the subject's alpha. Nothing after the
/// first look alone, which is too short, and nothing where it may be the pods.
std::optional<Difference> often_otherwise(const Plan& plan, const Sides& sides,
                                          const Judged& judged);

/// Whether the reference was always answered by the same service and the other by several.
bool service_comes_and_goes(const Judged& judged);
/// "which service answers varies: app1 (16 of 16) on the one, app1 (12 of 16), ... on the other".
std::string services_in_words(const Judged& judged);

/// Statistical tests of each request: of what it answers, and of who does.
inline constexpr std::uint64_t tests_of_a_request = 2;

}  // namespace ingress_check::same
