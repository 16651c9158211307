// A check that compares is run for every target but the scenario's first, with which each of the
// others is compared: its reference.
#pragma once

#include <string>
#include <vector>

#include "checks/check.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// The uses of a check that are run, in the order of the file: of one that compares none for the
/// first target, unless there is no other.
std::vector<const Trial*> trials_of(const CheckItem& item, const Scenario& scenario);

/// What the trial of a check that compares is compared with: the same cell of its matrix for the
/// first target. Null if there is one target, or if the check does not compare.
const Trial* reference_of(const CheckItem& item, const Trial& trial, const Scenario& scenario);

/// The target of a trial, with what its matrix says of it.
Target target_of(const Trial& trial, const Scenario& scenario);

/// What a check that compares says where there is nothing to compare with.
Verdict nothing_to_compare();

/// A line for a shell that asks again for what a finding is about; of a comparison both requests,
/// the reference first. Empty: none can be given.
std::string reproduction(const Subject& subject, const Finding& finding,
                         const std::vector<Secret>& secrets);

}  // namespace ingress_check
