// What a phase of load measured, in the JSON result.
#pragma once

#include "checks/examine.h"
#include "reports/machine/json/values.h"

namespace ingress_check::formats::json_values {

/// Latencies are microseconds with decimals; each histogram also as HdrHistogram's V2 payload, of
/// nanoseconds. Histograms that counted nothing are left out. Raw samples are not in it.
Json load(const LoadPhase& phase);

}  // namespace ingress_check::formats::json_values
