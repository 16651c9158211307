// The phases of load of a whole report, in order, each with the check that it belongs to.
#pragma once

#include <string>
#include <vector>

#include "reports/format.h"

namespace ingress_check {

struct PhaseOf {
  std::string scenario;  ///< its distinct name
  const CheckReport* check;
  const LoadPhase* load;
};

/// They point into the report.
std::vector<PhaseOf> load_phases(const Report& report);

/// "storm, latency on old, calm": printable, the same from run to run.
std::string name(const PhaseOf& phase);

}  // namespace ingress_check
