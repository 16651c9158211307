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

/// How a load stands, about once a second.
struct LoadProgress {
  Duration elapsed{}, lasts{};  ///< since the begin; planned, 0: until all are sent
  std::uint64_t due = 0, done = 0, failed = 0, server_errors = 0;  ///< so far
  std::uint64_t unprovoked = 0;  ///< of the server errors, those that the breaker counts
  std::uint64_t latency_ns = 0;  ///< sum over all answers so far
  double rate = 0;               ///< answers a second, since the last call
  Duration mean_latency{};       ///< from due, of the answers since the last call
};

/// Progress out, stop request in. Called from the thread that calls send().
struct Watch {
  std::function<void(std::uint64_t done, std::uint64_t due)> progress;  ///< may be empty
  std::function<void(const LoadProgress&)> load;                        ///< may be empty
  /// While a phase waits for its target to be quiet, and once with 0 when it need not any more.
  std::function<void(Duration left, const std::string& why)> waits = {};  ///< may be empty
  const std::atomic<bool>* stop = nullptr;                                ///< may be null
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
