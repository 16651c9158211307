// The causes that exchange can name, and how it finds them.
#pragma once

#include <vector>

#include "checks/routing/exchange/course.h"

namespace ingress_check::exchange {

/// Every cause, for the check's table.
std::vector<Cause> causes();

/// The likely causes of what fell short, in the order of the steps.
std::vector<Diagnosis> diagnose(const Check& check, const Subject& subject, const Course& course);

}  // namespace ingress_check::exchange
