// What GitHub Actions shows beside the lines of a change: workflow commands on a step's output
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
#pragma once

#include <string>

#include "reports/format.h"

namespace ingress_check {

/// One `::error` or `::warning` line a check that did not pass, and a target that is not there, the
/// worst first. GitHub shows ten of each a step and drops the rest without a word: the tenth says
/// how many more there are.
std::string annotations(const Report& report);

}  // namespace ingress_check
