// Runs scenarios: reaches the target, finds its controller, has every check examined, and collects
// the Report.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "harness/allowance.h"
#include "harness/program/progress.h"
#include "harness/sender.h"
#include "reports/report.h"
#include "scenarios/scenario.h"

namespace ingress_check {

struct RunRequest {
  std::vector<Scenario> scenarios;
  std::vector<std::string> only, skip;  ///< names of checks or items
  Allowance* allowance = nullptr;  ///< what may be sent to whom; outlives the run, not null. Learns
                                   ///< the limits of every scenario before anything is sent
  std::uint64_t seed = 1;
  double power = 0.99;  ///< with which a stated defect is to be caught (--effort)
  std::string run_id;
  std::string command_line;
  bool fail_fast = false;
  bool commands = false;  ///< checks may run the commands that their scenario names
  ExitPolicy policy;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  const std::atomic<bool>* stop = nullptr;
};

/// What a run tells while it goes on, from the thread that runs it. Each may be empty.
struct RunEvents {
  std::function<void(const ScenarioReport&)> began;  ///< targets are known
  std::function<void(const Whereabouts&, std::uint64_t done, std::uint64_t due)> progress;
  std::function<void(const Whereabouts&, const LoadProgress&)> load;  ///< once a second
  /// While a check waits for its target to be quiet; once with 0 when it need not any more.
  std::function<void(const Whereabouts&, Duration left, const std::string& why)> waits;
  std::function<void(const CheckReport&)> judged;
};

/// Everything but `written` and `interrupted` is filled in. Not redacted yet.
Report run(const RunRequest& request, const RunEvents& events);

/// The checks in the order in which they do not spoil each other; within it as the user wrote them.
std::vector<const CheckItem*> in_order(const Scenario& scenario);

/// Whether the word that a user wrote means this profile: "ingress-nginx" names every version of
/// it.
bool same_controller(const std::string& written, const std::string& profile);

}  // namespace ingress_check
