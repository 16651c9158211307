// How a load went while something changed: what became of each request, and when.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checks/load/availability/plan.h"

namespace ingress_check::availability {

/// From the first command's begin to the last one's end, on the clock of the samples.
struct Change {
  Duration begins{}, ends{};
};

struct Course {
  std::uint64_t requests = 0;            ///< that could have been answered
  std::uint64_t requests_in_change = 0;  ///< of them, sent from its begin to `settle` after its end
  std::map<Kind, std::uint64_t> failed;
  std::map<Kind, std::uint64_t> failed_in_change;  ///< likewise
  std::map<int, std::uint64_t> statuses;           ///< of failures with a status
  std::map<std::string, std::uint64_t> wrong_by;   ///< who gave wrong answers
  std::optional<Change> change;
  Duration gap{};  ///< the longest time without a good answer
  Duration gap_begins{};
  std::optional<Duration> first_wrong;  ///< from the change's begin, of what is not as afterwards
  std::optional<Duration> last_wrong;
};

Course course(const Plan& plan, const Evidence& load);

}  // namespace ingress_check::availability
