// For tests: how often this program asked for memory (operator new; not what C libraries ask for).
#pragma once

#include <cstddef>

namespace ingress_check::testing {

/// Of this thread, since it began.
std::size_t allocations();
/// Of all threads, those that have ended included.
std::size_t allocations_in_all();

}  // namespace ingress_check::testing
