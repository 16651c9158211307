// Clients whose pod is taken away: what becomes of them.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "checks/balance/stickiness/plan.h"
#include "checks/conclusion.h"

namespace ingress_check::stickiness {

/// Who was answered by whom, before the command began and after it had ended.
struct Loss {
  std::uint64_t before = 0;         ///< answers of pods before it began
  std::set<std::string> lost;       ///< pods that answered before and never afterwards
  std::set<std::string> left;       ///< pods that answered afterwards
  std::uint64_t clients = 0;        ///< whose pod was lost, and that asked again
  std::uint64_t stranded = 0;       ///< of these, those whose next request came to nothing
  std::uint64_t for_good = 0;       ///< of those, whose every later request did
  std::string how;                  ///< how a stranded one's request ended: "502"
  std::uint64_t others = 0;         ///< clients whose pod is still there
  std::uint64_t moved = 0;          ///< of these, those that have another one afterwards
  std::uint64_t failed_during = 0;  ///< requests that came to nothing while the command ran, or
                                    ///< until clients had settled
  std::uint64_t asked_after = 0;    ///< requests that were sent after that
  std::uint64_t failed_after = 0;   ///< of these, those that came to nothing
};

/// `settle`: so long after the command the ingress may still send clients to the lost pod. A reply
/// without the command's times, or without samples, has nothing in it.
Loss loss(const Evidence& evidence, Duration settle);

/// The phase in which a pod goes away. Judged by the requests that are sent when clients have
/// settled after the command: each client's next one is answered by another pod, without an error.
void judge_lost_pod(const Plan& plan, const Evidence& evidence, Conclusion& conclusion);

}  // namespace ingress_check::stickiness
