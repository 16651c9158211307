// What the steps amount to.
#pragma once

#include "checks/routing/exchange/course.h"

namespace ingress_check::exchange {

Verdict conclude(const Check& check, const Subject& subject, const Course& course);

}  // namespace ingress_check::exchange
