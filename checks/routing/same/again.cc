// Which requests are asked again.
#include <map>

#include "checks/routing/same/conclusion.h"
#include "checks/routing/same/sometimes.h"

namespace ingress_check::same {

namespace {

constexpr std::size_t asked_again_of_a_group = 5, asked_again_unsteady = 20;

}  // namespace

std::vector<std::size_t> to_ask_again(const Plan& plan, const Sides& sides,
                                      const std::vector<Judged>& first) {
  std::map<std::string, std::size_t> of_group;
  std::size_t unsteady = 0;
  std::vector<std::size_t> again;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool comes_and_goes =
        first[i].unsteady() || (plan.compares("service") && service_comes_and_goes(first[i]));
    bool wanted = comes_and_goes && unsteady++ < asked_again_unsteady;
    for (const auto& one : differences(plan, sides, first, i))
      wanted = of_group[one.group()]++ < asked_again_of_a_group || wanted;
    if (wanted) again.push_back(i);
  }
  return again;
}

}  // namespace ingress_check::same
