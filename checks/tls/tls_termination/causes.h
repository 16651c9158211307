// The causes that tls-termination can name.
#pragma once

#include <vector>

#include "checks/check.h"

namespace ingress_check::tls_termination {

std::vector<Cause> causes();

}  // namespace ingress_check::tls_termination
