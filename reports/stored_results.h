// Stored results set beside each other. A pure function.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace ingress_check {

/// A stored result and the file that it came from.
struct StoredResult {
  std::string name;
  Report report;
};

/// All of them as one report with a comparison; the first is the baseline of the others. Targets
/// are matched by name, or where each result has one target alone simply those; they are renamed
/// after the files. Errors (exit 2): fewer than two results, a comparison among them, no target in
/// common.
Result<Report> compare_results(std::vector<StoredResult> results);

}  // namespace ingress_check
