// What varies by itself on one side or both, and so is no difference.
#pragma once

#include <string>
#include <vector>

#include "checks/routing/same/judged.h"

namespace ingress_check::same {

/// One line for each part that varies, with how many of the requests it varies for.
std::vector<std::string> varying(const std::vector<Judged>& all);

}  // namespace ingress_check::same
