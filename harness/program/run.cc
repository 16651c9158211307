#include "harness/program/run.h"

#include "harness/program/jobs.h"
#include "harness/program/scenario_run.h"

namespace ingress_check {

bool same_controller(const std::string& written, const std::string& profile) {
  return written == profile || written == profile.substr(0, profile.find('@'));
}

Report run(const RunRequest& request, const RunEvents& events) {
  Report report;
  report.version = INGRESS_CHECK_VERSION;
  report.run_id = request.run_id;
  report.seed = request.seed;
  report.command_line = request.command_line;
  report.policy = request.policy;
  report.started = std::chrono::system_clock::now();
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& scenario : request.scenarios)
    for (const auto& limit : scenario.limits) request.allowance->limit(limit);
  Footprints footprints;
  Whereabouts where;
  for (const auto& scenario : request.scenarios)
    for (const auto& group : groups(scenario, request)) where.of += group.size();
  for (const auto& scenario : request.scenarios) {
    const bool enough = request.fail_fast && tally(report).failed > 0;
    report.scenarios.push_back(run_scenario(scenario, request, events, footprints, where,
                                            enough ? stopped_at_failure : ""));
    where.number += report.scenarios.back().checks.size();
  }
  report.took = std::chrono::steady_clock::now() - begin;
  report.exit_status = exit_status(report, request.policy);
  return report;
}

}  // namespace ingress_check
