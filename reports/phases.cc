#include "reports/phases.h"

#include <fmt/format.h>

#include "reports/standing.h"

namespace ingress_check {

std::vector<PhaseOf> load_phases(const Report& report) {
  std::vector<PhaseOf> all;
  const auto names = distinct_names(report);
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const auto& check : report.scenarios[i].checks)
      for (const auto& load : check.loads) all.push_back({names[i], &check, &load});
  return all;
}

std::string name(const PhaseOf& phase) {
  return fmt::format("{}, {}, {}", phase.scenario, title(*phase.check),
                     printable(phase.load->name, 100));
}

}  // namespace ingress_check
