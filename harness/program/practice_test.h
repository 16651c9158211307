// A shipped scenario run in this process against a practice lab, as `ingress-check run --lab` does.
#pragma once

#include <string>
#include <vector>

#include "harness/program/lab_session.h"
#include "reports/report.h"

namespace ingress_check {

/// The report of `scenario` ("hands_on/nginx.yaml") on that lab, of the items `only` if some are
/// named; an empty one, with the reason in `problem`, if lab or scenario could not be had.
Report practise(const std::string& scenario, const LabWish& wish, std::string& problem,
                std::vector<std::string> only = {});

/// The same wherever `options` aim.
Report practise(const std::string& scenario, const LoadOptions& options, std::string& problem,
                std::vector<std::string> only);

/// The console report, for the message of a failed assertion.
std::string told(const Report& report);

/// A test's name out of a file's or a defect's: letters, digits and '_'.
std::string test_name(std::string text);

}  // namespace ingress_check
