// The words of latency, and the load that they ask for.
#pragma once

#include <vector>

#include "checks/check.h"
#include "checks/expectation.h"
#include "checks/latency_limits.h"

namespace ingress_check::latency {

/// One kind of request, with limits of its own.
struct Asked {
  Request request;
  double weight = 1;
  std::vector<LoadLimit> limits;
  std::optional<Stated<Share>> errors;
};

struct Plan {
  Place place;  ///< of what is sent
  std::vector<Asked> requests;
  Statuses status;  ///< of a good answer
  std::vector<LoadLimit> limits, each_pod;
  Stated<Share> errors;
  std::optional<Stated<Share>> achieved;  ///< none: a closed loop
  std::vector<Stage> stages;              ///< empty: a closed loop
  std::uint32_t connections = 0;          ///< of a closed loop
  Spacing spacing = Spacing::even;
  Duration lasts{}, warm_up{};
  std::string how;  ///< "at 200/s", "over 16 connections"
};

std::vector<Field> fields();
std::vector<KeyRule> rules();
void review(const Params& params, Errors& errors);

Plan read_plan(const Params& params, const Target& target);
/// Every limit on a time, of whatever.
std::vector<LoadLimit> all_limits(const Plan& plan);
Load load_of(const Plan& plan, const Subject& subject);

}  // namespace ingress_check::latency
