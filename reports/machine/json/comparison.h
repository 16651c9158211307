// How targets or results compare, in the JSON result.
#pragma once

#include "reports/comparison.h"
#include "reports/machine/json/values.h"

namespace ingress_check::formats::json_values {

/// Times are microseconds with decimals; ratios are the other side's over the baseline's.
Json comparison(const Comparison& comparison);

}  // namespace ingress_check::formats::json_values
