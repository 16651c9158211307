// What a simulated ingress meets on a busy machine, which is no limit's doing.
#pragma once

#include "checks/fake_load.h"

namespace ingress_check {

/// Latencies from 1 to 20 ms that vary, wander and stall; the generator up to 30 ms late; an
/// application that fails now and then: another mix for each number.
inline void unsettle(FakeLoad& load, std::uint64_t number) {
  load.any.latency = std::chrono::milliseconds(1 + number % 20);
  load.any.sigma = 0.3 * static_cast<double>(number % 3);
  load.wander = 0.2 * static_cast<double>(number % 2);
  if (number % 5 == 0) {
    load.any.stall_every = std::chrono::milliseconds(900);
    load.any.stall_lasts = std::chrono::milliseconds(60);
  }
  load.errors = number % 7 == 0 ? 0.02 : 0;
  load.late = std::chrono::milliseconds(number % 4 * 10);
}

}  // namespace ingress_check
