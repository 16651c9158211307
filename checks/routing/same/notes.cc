#include "checks/routing/same/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"

namespace ingress_check::same {

namespace {

std::string some_of(const Plan& plan, const std::vector<std::size_t>& requests) {
  std::vector<std::string> names;
  for (const auto index : requests) names.push_back(describe(plan.requests[index].mine));
  return fmt::format("{} of {} requests ({})", requests.size(), plan.requests.size(),
                     listed(names, 3));
}

}  // namespace

std::vector<std::string> bodies_cut(const Plan& plan, const std::vector<Judged>& all) {
  if (!plan.compares("body")) return {};
  const auto longer = [&](const auto* one) {
    return !one->seen && one->body_size > plan.compared_of_body;
  };
  std::vector<std::size_t> cut;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (std::ranges::any_of(all[i].of_reference, longer) ||
        std::ranges::any_of(all[i].mine, longer))
      cut.push_back(i);
  if (cut.empty()) return {};
  return {fmt::format(
      "what bodies hold beyond their first {} bytes; of longer ones the length was compared, "
      "unless they came packed: {}",
      plan.compared_of_body, some_of(plan, cut))};
}

}  // namespace ingress_check::same
