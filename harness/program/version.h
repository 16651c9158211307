// Who we are, as servers and reports see it.
#pragma once

#include <cstdint>
#include <string>

namespace ingress_check {

/// "0.1.0".
std::string version();
/// A new identifier for one run: 12 hex digits from the system's random source.
std::string new_run_id();
/// A random seed for a run that was given none.
std::uint64_t new_seed();

}  // namespace ingress_check
