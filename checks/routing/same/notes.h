// What `same` says beside its verdict.
#pragma once

#include <string>
#include <vector>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

/// What was not compared, or not seen: what no application tells, ends of long bodies, requests
/// that neither side routes, and what happens now and then.
std::vector<std::string> beside(const Plan& plan, const Sides& sides,
                                const std::vector<Judged>& all);

/// The requests that both ingresses refuse themselves: neither has a rule for them. A HEAD
/// counts if it gets 404 as well and another request to its host is one of them.
std::vector<std::size_t> not_routed(const Plan& plan, const Sides& sides,
                                    const std::vector<Judged>& all);

}  // namespace ingress_check::same
