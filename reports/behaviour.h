// What one check saw on two targets, side by side: its outcome and each trait. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"
#include "reports/report.h"

namespace ingress_check {

/// One check on one side.
struct Trialled {
  const ScenarioReport* scenario;
  const CheckReport* check;
  const Side* side;
};

struct Observation {
  std::string key, meaning;
  std::string baseline;  ///< its value
  Cell other;
};

/// "outcome" first, then every trait that either has seen. A trait differs as documented if the
/// profiles of both controllers confirm the value that was seen (Profile::confirmed_trait). Nothing
/// for a check that was skipped on both.
std::vector<Observation> observations(const Trialled& baseline, const Trialled& other);

/// Of a check that only the baseline has: a protection that was shown there and not asked for here
/// is missing; of others nothing.
std::vector<Observation> absent(const Trialled& baseline);

/// Of a check that asked both itself and compared them: its outcome says how they relate.
Observation own_comparison(const CheckReport& check);

/// The lines of the scenario in which the check was written, for telling whether two results asked
/// the same; empty if that is not known.
std::string item_text(const ScenarioReport& scenario, const CheckReport& check);

}  // namespace ingress_check
