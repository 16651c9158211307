// The one seam between what is judged and the network. ProbeSender (probe.h) is the real one;
// checks/fake_ingress.h the simulated one.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "harness/evidence.h"
#include "scenarios/error.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// Progress out, stop request in. Called from the thread that calls send().
struct Watch {
  std::function<void(std::uint64_t done, std::uint64_t due)> progress;  ///< may be empty
  const std::atomic<bool>* stop = nullptr;                              ///< may be null
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  bool stopped() const { return stop && stop->load(std::memory_order_relaxed); }
};

/// Sends one phase and waits for all of it. Keeps cookie jars and kept-alive connections from one
/// phase to the next, so one Sender serves one check. Errors are the harness's own (a file that
/// cannot be read); what the target does is data.
class Sender {
 public:
  virtual ~Sender() = default;
  virtual Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) = 0;
};

}  // namespace ingress_check
