// Error pages that a server's software sends wherever it runs.
#pragma once

#include "harness/evidence.h"

namespace ingress_check {

/// The page of an nginx that hides nothing but its version: an ingress sends it, and so does a
/// backend that is nginx itself.
bool page_of_any_nginx(const Exchange& exchange);

}  // namespace ingress_check
