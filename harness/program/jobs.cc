#include "harness/program/jobs.h"

#include <algorithm>

#include "harness/program/reference.h"

namespace ingress_check {
namespace {

bool wanted(const CheckItem& item, const RunRequest& request) {
  const auto named = [&](const std::vector<std::string>& names) {
    return std::ranges::any_of(
        names, [&](const std::string& name) { return name == item.check || name == item.name; });
  };
  return (request.only.empty() || named(request.only)) && !named(request.skip);
}

}  // namespace

std::vector<const CheckItem*> in_order(const Scenario& scenario) {
  std::vector<const CheckItem*> all;
  for (const auto& item : scenario.checks)
    if (find_check(item.check)) all.push_back(&item);
  std::ranges::stable_sort(all, {},
                           [](const CheckItem* item) { return find_check(item->check)->order; });
  return all;
}

std::vector<Group> groups(const Scenario& scenario, const RunRequest& request) {
  std::vector<Group> all;
  for (const CheckItem* item : in_order(scenario)) {
    if (!wanted(*item, request)) continue;
    const Trial* before = nullptr;
    for (const Trial* trial : trials_of(*item, scenario)) {
      if (!before || before->cell != trial->cell) all.emplace_back();
      all.back().push_back({item, trial, find_check(item->check)});
      before = trial;
    }
  }
  return all;
}

}  // namespace ingress_check
