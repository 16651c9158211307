// The causes that distribution can name.
#pragma once

#include <vector>

#include "checks/check.h"

namespace ingress_check::distribution {

std::vector<Cause> causes();

}  // namespace ingress_check::distribution
