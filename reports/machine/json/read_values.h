// Parts of a stored result that stand in more than one place; the inverses of values.h and load.h.
#pragma once

#include "checks/examine.h"
#include "reports/machine/json/reading.h"
#include "reports/report.h"

namespace ingress_check::formats::json_values {

std::chrono::system_clock::time_point read_time(const Reading& from);  ///< of utc()
/// The same of a run: between 1970 and 2100, so that times can be added to it.
std::chrono::system_clock::time_point read_begin(const Reading& from);
Duration read_micros(const Reading& from);  ///< at most a year
Place read_place(const Reading& from);
Exchange read_exchange(const Reading& from);
LoadPhase read_load(const Reading& from);
/// `report`: all that the comparison points into.
Comparison read_comparison(const Reading& from, const Report& report);
FailOn read_fail_on(const Reading& from);

}  // namespace ingress_check::formats::json_values
