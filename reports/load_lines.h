// What a phase of load measured, for people: latencies in a table, counts that add up, who
// answered, how the generator did.
#pragma once

#include <string>

#include "reports/format.h"

namespace ingress_check {

/// The whole block under `title`; ends in an empty line. `brief`: headline, response times and
/// counts alone.
std::string load_table(const std::string& title, const LoadPhase& phase, bool brief,
                       const RenderOptions& options);

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);
/// Three digits and a unit: "300ns", "312us", "1.02ms".
std::string brief_time(double nanoseconds);
/// "512B", "12.3MB".
std::string brief_size(std::uint64_t bytes);
/// "999.8/s", "12,345/s".
std::string brief_rate(double per_second);

}  // namespace ingress_check
