// A practice lab for the time of one command: started from --lab, --break and --with, and made the
// target.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fixtures/lab.h"
#include "scenarios/load.h"

namespace ingress_check {

struct LabWish {
  std::string lab;
  std::string defect;                 ///< --break; may be empty
  std::vector<std::string> settings;  ///< --with KEY=VALUE
};

/// Starts it. Errors: no such lab or defect (names near ones), the defect belongs to another lab, a
/// knob it lacks.
Result<std::unique_ptr<RunningLab>> open_lab(const LabWish& wish);

/// Makes the lab the target of every scenario that is loaded: its addresses, its authority, its
/// variables, and a URL for scenarios that name none.
void aim_at(const RunningLab& lab, LoadOptions& options);

/// For scenarios that compare targets, what the first of them is: the same lab without the defect.
/// Makes it so, as long as the result lives. Null: none of them compares.
Result<std::unique_ptr<RunningLab>> open_reference(const LabWish& wish, bool own_authorities,
                                                   std::vector<Scenario>& scenarios);

}  // namespace ingress_check
