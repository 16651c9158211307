// Runs one check to its verdict: asks it for traffic, has it sent, asks again.
#pragma once

#include "checks/check.h"
#include "harness/sender.h"

namespace ingress_check {

/// What a phase of load measured, for reports.
struct LoadPhase {
  std::string name;
  LoadReply reply;
  /// When it was handed to the sender; its own clock starts `reply.began_after` later.
  std::chrono::system_clock::time_point began = {};
};

struct Examination {
  Verdict verdict;
  bool judged =
      true;  ///< false: interrupted or out of time; `verdict` is then inconclusive and says so
  std::uint64_t sent = 0;
  Duration took{};
  Duration waited{};                ///< between phases, not in `took`
  std::vector<std::string> phases;  ///< names, in order
  std::vector<LoadPhase> loads;     ///< of those that were loads, in order
};

/// Errors: the sender's own, more than max_phases, a phase name used twice, more sent than bounds()
/// allows, a limit provoked by a check that is no storm.
Result<Examination> examine(const Check& check, const Params& params, const Subject& subject,
                            Sender& sender, Watch& watch);

}  // namespace ingress_check
