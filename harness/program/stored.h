// A stored result that a command was given the name of.
#pragma once

#include <string>

#include "reports/report.h"

namespace ingress_check {

/// Errors (exit 2) name the file: it cannot be read, is too long, or is no result.
Result<Report> stored_result(const std::string& file);

}  // namespace ingress_check
