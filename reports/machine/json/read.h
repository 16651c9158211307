// A stored result read back: the inverse of the format json. The text may come from anybody.
#pragma once

#include <string_view>

#include "reports/report.h"

namespace ingress_check {

/// So long a result is read, at most: ten times what an hour of many loads leaves.
inline constexpr std::size_t most_result_bytes = 256 << 20;

/// Everything that a format may print; what the result does not keep stays empty (requests, raw
/// samples, certificates' PEM). Errors (exit 2) say what is not as it should be, and where: no
/// JSON, a foreign document, a newer schema, a check whose outcome its findings contradict.
Result<Report> read_result(std::string_view json);

}  // namespace ingress_check
