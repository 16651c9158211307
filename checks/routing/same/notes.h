// What `same` says beside its verdict.
#pragma once

#include <string>
#include <vector>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

/// Which requests have bodies that were compared to a point only; none: no line.
std::vector<std::string> bodies_cut(const Plan& plan, const std::vector<Judged>& all);

}  // namespace ingress_check::same
