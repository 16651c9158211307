// Runs one check to its verdict: asks it for traffic, has it sent, asks again.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

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

/// Where a phase goes: to the check's own target or to that which it compares with.
const Target& goal(const Subject& subject, const Traffic& traffic);

/// One check on its way to its verdict: what it wants to be sent, in turn with what came back. For
/// a runner that has several on hand; examine() is the plain way.
class Examiner {
 public:
  /// All three outlive it.
  Examiner(const Check& check, const Params& params, const Subject& subject);

  /// What is to be sent next, valid until take(); null: it is over. Errors: more than max_phases, a
  /// phase name used twice, more asked for than bounds() allows, a limit provoked by a check that
  /// is no storm.
  Result<const Traffic*> next();
  /// What came back for it. Errors: more was sent than bounds() allows.
  Result<void> take(Evidence evidence);
  /// Once next() is null.
  Examination conclude();

 private:
  Result<void> review(const Traffic& traffic);
  std::uint64_t allowed() const;
  void keep_loads();

  const Check& check_;
  const Params& params_;
  const Subject& subject_;
  Bounds bounds_;
  Examination examination_;
  std::optional<Traffic> wanted_;
  bool over_ = false;
  std::uint64_t planned_ = 0;
  std::set<std::string> met_, met_of_reference_;  ///< addresses
  std::vector<Evidence> so_far_;
  std::vector<std::chrono::system_clock::time_point> began_;  ///< of each phase
};

/// Errors: those of Examiner, and the sender's own.
Result<Examination> examine(const Check& check, const Params& params, const Subject& subject,
                            Sender& sender, Watch& watch);

}  // namespace ingress_check
