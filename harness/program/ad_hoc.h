// A target that stands on the command line alone, without a scenario: `probe URL`, `load URL`.
#pragma once

#include <vector>

#include "harness/program/options.h"
#include "harness/request.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// The connection flags without those that mean a scenario.
std::vector<Option> ad_hoc_options();

/// The one positional argument as a URL, with these flags. Errors: not exactly one (the hint is
/// `ingress-check COMMAND URL`), a bad URL, a preset of --answered-by that does not exist.
Result<Target> ad_hoc_target(const std::string& command, const Arguments& arguments,
                             const LoadOptions& flags);

/// -d and -X: what is sent. `method`: the long name of the option that says how. Errors: a file
/// that cannot be read.
Result<Request> ad_hoc_request(const Arguments& arguments, const Target& target,
                               const std::string& method);

}  // namespace ingress_check
