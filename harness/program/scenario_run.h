// One scenario of a run.
#pragma once

#include "harness/footprints.h"
#include "harness/program/run.h"

namespace ingress_check {

inline constexpr const char* stopped_at_failure = "--fail-fast ends the run at the first failure";

/// Every check of the scenario is in the report: judged, skipped, or with the reason why not.
/// `where`: number of the last check before it, and of how many. `held_back`: why none of them is
/// begun; may be empty.
ScenarioReport run_scenario(const Scenario& scenario, const RunRequest& request,
                            const RunEvents& events, Footprints& footprints, Whereabouts where,
                            const std::string& held_back);

}  // namespace ingress_check
