// Whether requests fail more often on one side than on the other: behaviour, not speed. Pure
// functions.
#pragma once

#include <optional>
#include <string>

#include "reports/behaviour.h"

namespace ingress_check {

/// One phase of load on one side and on its baseline.
struct LoadPair {
  std::string scenario, check, phase;
  std::size_t side = 0;
  LoadAt baseline, other;
  std::string another = {};  ///< why it is not the same load (other_load()); empty: it is
};

/// The shares of requests without a whole answer or with 5xx. They differ if the exact test of two
/// counts says so at `alpha`: of all failures together those of one side are binomial (J.
/// Przyborowski and H. Wilenski, Biometrika 31, 1940, p. 313), which for shares rejects less often
/// than it may. Counts are divided by how much failures hang together (spread()); what only differs
/// without that, or under another load, is undecided. Empty if nothing failed on either.
std::optional<Observation> failed_requests(const LoadPair& pair, const Report& report,
                                           double alpha);

/// The same of answers with 4xx. How they hang together is not kept, so that a difference of theirs
/// is undecided.
std::optional<Observation> refused_requests(const LoadPair& pair, const Report& report,
                                            double alpha);

}  // namespace ingress_check
