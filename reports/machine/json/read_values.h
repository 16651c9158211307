// Parts of a stored result that stand in more than one place; the inverses of values.h and load.h.
#pragma once

#include "checks/examine.h"
#include "reports/machine/json/reading.h"

namespace ingress_check::formats::json_values {

std::chrono::system_clock::time_point read_time(const Reading& from);  ///< of utc()
Duration read_micros(const Reading& from);
Place read_place(const Reading& from);
Exchange read_exchange(const Reading& from);
LoadPhase read_load(const Reading& from);

}  // namespace ingress_check::formats::json_values
