// What a load's reply shows of its target besides numbers: a pod slower than its fellows, stalls,
// refusals, a queue that grows. Each is found or not; a check makes causes of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/load.h"
#include "harness/load_reply.h"

namespace ingress_check {

/// Pods of one service whose latencies lie beyond those of the others.
struct SlowPods {
  std::string service;
  std::vector<std::string> pods = {};
  Duration median{};         ///< of the slowest of them
  Duration others_median{};  ///< of the pod in the middle
  std::size_t others = 0;    ///< pods that are not slow
};
/// Found if the interval of a pod's median lies wholly above twice that of the pod in the middle,
/// and fewer than half of the pods (one of two) are so.
std::optional<SlowPods> slow_pods(const LoadReply& reply, Duration warm_up);

/// Times in which a pod, or all, answered nothing although requests waited for it.
struct Stalls {
  std::string pod;  ///< empty: nothing tells pods apart
  std::size_t times = 0;
  Duration longest{};
  std::optional<Duration> every = {};  ///< if they came at regular intervals
  double share = 0;                    ///< of the answers slower than the limit, those that met one
};
/// From samples: at least two gaps between completions, each longer than eight median latencies,
/// twenty mean gaps and 50 ms, with a request under way for half of it or more.
std::optional<Stalls> stalls(const LoadReply& reply, Duration warm_up, Duration limit);

/// Requests refused by status 429 or 503 while others were answered well.
struct Refusals {
  int status = 0;
  std::uint64_t refused = 0, of = 0;
  double accepted_rate = 0, offered_rate = 0;
};
/// Found if they are 1 % of what was due or more.
std::optional<Refusals> refusals(const LoadReply& reply);

/// Requests came faster than they were answered, and waited ever longer.
struct Backlog {
  Duration first{}, last{};  ///< median latency of the first and of the last third
  double done_rate = 0, offered_rate = 0;
};
/// Found if the median of the last third is at least half as long again as that of the first, its
/// fastest quarter likewise, and at least 2 % of what was due was not answered when the phase
/// ended.
std::optional<Backlog> backlog(const LoadReply& reply, Duration warm_up);

/// Of the requests that were due, the share that was answered in time: no longer after the end than
/// the slowest answer of the first third took (100 ms at least), so that what is under way at the
/// end does not count against the target, and what waits ever longer does. Without samples:
/// answered at all.
double kept_up(const LoadReply& reply, Duration warm_up);

}  // namespace ingress_check
