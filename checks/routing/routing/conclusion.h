// What the readings of all routes amount to.
#pragma once

#include <vector>

#include "checks/routing/routing/reading.h"

namespace ingress_check::routing {

/// Fresh connections that meet each of R replicas with the wanted power: ln(1 - power) /
/// ln(1 - 1/R), for a balancer that picks a replica for each connection by chance.
std::uint32_t fresh_connections(const Params& params, const Subject& subject);

Verdict conclude(const Check& check, const Params& params, const Subject& subject,
                 const std::vector<Reading>& readings);

}  // namespace ingress_check::routing
