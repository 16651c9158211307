// What is calibrated: checks against simulated ingresses, correct ones and ones with a defect.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "checks/fake_ingress.h"

namespace ingress_check::calibration {

/// One simulated run: what a user would write under the check's name, and what it meets.
struct Trial {
  std::string words;
  FakeConfig config;
  std::string controller = "generic";
};

struct Row {
  std::string check, name;
  std::string cause;       ///< of a defect: what a verdict names; empty: the ingress is right
  std::string truth = {};  ///< how notes call the policy in force; empty: not looked at
  double weight = 1;       ///< of the runs of a check, how many parts are of this row
  /// The i-th run: the grid of sizes is gone through, the seed is new each time.
  std::function<Trial(std::uint64_t i)> trial;
  double may_miss = 0.004;  ///< share of the runs of a defect
};

std::vector<Row> distribution_rows();
std::vector<Row> stickiness_rows();
std::vector<Row> rate_limit_rows();
std::vector<Row> canary_rows();
std::vector<Row> availability_rows();

}  // namespace ingress_check::calibration
