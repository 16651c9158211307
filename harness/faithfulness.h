// Whether the generator itself was what was measured.
#pragma once

#include "harness/load.h"
#include "harness/load_reply.h"

namespace ingress_check {

/// Of all processors, in ticks since boot: /proc/stat, first line (proc(5)).
struct MachineTimes {
  std::uint64_t all = 0, idle = 0, steal = 0;
};
/// Zeros where the system does not tell.
MachineTimes machine_times();
double stolen_share(const MachineTimes& before, const MachineTimes& after);
/// 1 where the system does not tell.
double idle_share(const MachineTimes& before, const MachineTimes& after);

/// Fills LoadReply::generator.why and held_up.
void judge_generator(const Load& load, LoadReply& reply);

}  // namespace ingress_check
