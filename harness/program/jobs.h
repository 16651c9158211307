// What a run has to do: checks in the order in which they do not spoil each other, and of each its
// uses.
#pragma once

#include <vector>

#include "harness/program/run.h"

namespace ingress_check {

/// One use of a check on one target.
struct Job {
  const CheckItem* item;
  const Trial* trial;
  const Check* check;
};

/// The same use of a check on several targets: they take turns.
using Group = std::vector<Job>;

/// Those that the request wants, in_order().
std::vector<Group> groups(const Scenario& scenario, const RunRequest& request);

}  // namespace ingress_check
