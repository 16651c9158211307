// Makes a Comparison of the targets of a report. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include "reports/columns.h"

namespace ingress_check {

/// Of a run whose scenarios have two targets or more; the first is the baseline of the others.
/// Empty if none has. Of a report whose secrets are hidden already: what is said quotes it.
std::optional<Comparison> compare_targets(const Report& report);

/// Of these columns of the report: checks are matched by scenario, kind, name and cell.
Comparison compare_columns(const Report& report, std::vector<Column> columns);

}  // namespace ingress_check
