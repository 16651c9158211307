// Which checks stand for a protection, and when it is missing. Pure functions.
#pragma once

#include "reports/report.h"

namespace ingress_check {

/// Whether the check stands for a protection: a limit, a policy, stickiness, TLS.
bool protects(const CheckReport& check);

/// Whether the protection of a check that does not pass is missing, or may be: it was not asked for
/// or is not supported, or it `failed` and not every cause that it names says that the protection
/// is in force, otherwise than stated.
bool unprotected(const CheckReport& check, bool failed);

}  // namespace ingress_check
