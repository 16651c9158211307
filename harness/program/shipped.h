// The scenarios that ship, compiled in, so that one binary is enough.
#pragma once

#include <span>

#include "checks/profile.h"

namespace ingress_check {

/// scenarios/*/*.yaml, paths as in the source tree.
std::span<const EmbeddedFile> shipped_scenarios();

}  // namespace ingress_check
