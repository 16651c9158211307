// Which targets of a report are set beside each other: the columns of a comparison.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace ingress_check {

/// Where a side stands in the report.
struct SidePlace {
  std::string scenario;  ///< the name by which scenarios are matched
  std::size_t at = 0;    ///< index into Report::scenarios
  std::string target;    ///< its name there
};

struct Column {
  Side side;
  std::vector<SidePlace> places;
  bool interrupted = false;  ///< its run was
};

/// Of a run, in order of appearance: targets of the scenarios that have two or more.
std::vector<Column> columns_of(const Report& report);

/// "results/old.json" as "old"; names that would be alike are kept whole or numbered.
std::vector<std::string> labels_of(const std::vector<std::string>& files);

}  // namespace ingress_check
