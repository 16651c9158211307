// The console report in pieces, so that a run can print each check's line the moment it is judged.
#pragma once

#include <string>

#include "reports/format.h"

namespace ingress_check {

/// The scenario, its target and the controller that answers.
std::string console_header(const ScenarioReport& scenario, const RenderOptions& options);
/// One line: verdict, name, summary, what it cost.
std::string console_line(const CheckReport& check, const RenderOptions& options);
/// Everything about one check but its loads: findings with the user's own lines, causes, notes.
std::string console_check(const CheckReport& check, const ScenarioReport& scenario,
                          const RenderOptions& options);
/// Everything about the checks that did not simply pass, then the verdict of the run.
std::string console_details(const Report& report, const RenderOptions& options);

}  // namespace ingress_check
