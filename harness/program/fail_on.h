// The option --fail-on: what of a comparison makes the exit status 1.
#pragma once

#include "harness/program/options.h"
#include "reports/comparison.h"

namespace ingress_check {

/// For `run` and `compare`.
Option fail_on_option();

/// "behaviour", "slower=10%", or both with a comma or by giving it twice. Errors say what to write.
Result<FailOn> fail_on(const Arguments& arguments);

}  // namespace ingress_check
