// The page that the format html fills in, compiled in.
#pragma once

#include <span>

#include "checks/profile.h"

namespace ingress_check {

/// The one file page.html.
std::span<const EmbeddedFile> page_templates();

}  // namespace ingress_check
