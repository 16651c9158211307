// The causes that routing can name, and how it finds them.
#pragma once

#include <vector>

#include "checks/routing/routing/reading.h"

namespace ingress_check::routing {

/// Every cause, for the check's table.
std::vector<Cause> causes();

/// The likely causes of what fell short, the likeliest first; two that look alike are both named.
std::vector<Diagnosis> diagnose(const Check& check, const Subject& subject,
                                const std::vector<Reading>& readings);

}  // namespace ingress_check::routing
