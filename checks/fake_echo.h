// What a simulated pod does with the header X-Echo, as practice pods do (fixtures/README.md).
#pragma once

#include <string_view>

#include "harness/request.h"

namespace ingress_check {

/// The delay that the request orders of this pod: lists separated by `,` of clauses separated by
/// `;`, of which `pod=NAME` and `delay=20ms` are understood; the last that holds counts. 0: none.
Duration ordered_delay(const Request& request, std::string_view pod);

}  // namespace ingress_check
