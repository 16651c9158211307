#include "checks/alpha.h"

#include <algorithm>

namespace ingress_check {

std::uint64_t statistical_tests(std::span<const Scenario> scenarios) {
  std::uint64_t tests = 0;
  for (const auto& scenario : scenarios)
    for (const auto& item : scenario.checks) {
      const auto* check = find_check(item.check);
      if (!check || !check->tests) continue;
      for (const auto& trial : item.trials) tests += check->tests(trial.params);
    }
  return tests;
}

double share_of_alpha(std::uint64_t tests) {
  return run_alpha / static_cast<double>(std::max<std::uint64_t>(1, tests));
}

}  // namespace ingress_check
