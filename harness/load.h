// What a check wants to be sent in numbers: one phase of a load. Plain data, as traffic.h; the
// engine (engine.h) sends it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/pacer.h"
#include "harness/request.h"
#include "scenarios/fields.h"

namespace ingress_check {

/// An expectation that the worker itself evaluates on every response: one part, one bit.
struct Match {
  enum class Part {
    status,   ///< one of `statuses`
    service,  ///< who answered, as `answered-by` tells; an answer that names none fails
    pod,      ///< likewise
    header,   ///< some value of the field `header` is `text`
    absent,   ///< there is no field `header`
    body,     ///< the first Load::body_limit bytes, unpacked by nobody
  } part = Part::status;
  Statuses statuses = {};
  std::string header = {};
  TextMatch text = {};
};

/// How many matches one request may have.
inline constexpr std::size_t most_matches = 16;

/// One kind of request of a load. Of `request` everything counts but `times`, `reuse`, `client`,
/// `source_address`, `every_address` and what is about retries.
struct LoadRequest {
  Request request;
  double weight = 1;  ///< above 0; the request of slot i is drawn by weight from the seed and i
  std::vector<Match> matches = {};
};

/// Every connection (with clients: every client) sends its next request when the last is answered.
struct ClosedLoop {
  Duration lasts{};            ///< 0: until all `requests` are sent
  std::uint64_t requests = 0;  ///< in all; 0: until the time is over
};

/// Requests are due when the clock says so, whatever became of the earlier ones.
struct OpenLoop {
  std::vector<Stage> stages;
  Spacing spacing = Spacing::even;
  /// Where no connection is free when a request is due, and no more may be opened.
  enum class Full {
    queue,  ///< it waits, at most its timeout; its latency counts from when it was due
    drop,   ///< it is counted as dropped
  } full = Full::queue;
};

/// How requests meet connections.
struct Connections {
  std::uint32_t count = 64;    ///< opened before the phase begins; of all threads
  std::uint32_t most = 0;      ///< open loop: opened when none is free, up to so many; 0: `count`
  std::uint32_t streams = 1;   ///< requests under way on one HTTP/2 connection
  std::uint32_t requests = 0;  ///< closed after so many; 0: kept as long as the peer keeps it; 1:
                               ///< every request opens its own
  Duration ramp{};             ///< opened evenly over so long; 0: at once
  bool resume = false;         ///< a new connection offers the TLS session of an earlier one
};

/// Clients as servers tell them apart. Each has a cookie jar, and connections that it shares with
/// nobody; it has one request under way, over its connections in turn.
struct Clients {
  std::uint32_t count = 0;        ///< 0: no clients: no jars, and connections belong to nobody
  std::uint32_t connections = 2;  ///< of each
  bool cookies = true;            ///< false: what is set is not sent back
  std::vector<std::string> source_addresses = {};  ///< local IPs, given out in turn; also without
                                                   ///< clients, then to connections
};

/// Ends a phase before it does harm: when of the last 5 s (1 s and 100 requests at least) more than
/// `errors` failed (no whole answer, or a 5xx that is not `provoked`), or the answers took longer
/// than `latency` on average.
struct Breaker {
  double errors = 0.5;  ///< share
  Duration latency{};   ///< 0: latency does not count
  Statuses provoked = {};
};

/// Sent as long as the phase lasts; every response is measured.
struct Load {
  std::vector<LoadRequest> requests;  ///< at least one; with clients all to one origin
  std::variant<ClosedLoop, OpenLoop> arrivals;
  Connections connections = {};
  Clients clients = {};
  std::uint32_t threads = 0;        ///< 1 to 64; 0: one for each core, but no more than connections
  Duration warm_up{};               ///< from the begin: sent and counted apart, in no figure
  std::uint32_t body_limit = 4096;  ///< bytes of a body that are looked at
  bool samples = false;             ///< keep a Sample of each request, at most a million
  bool spin = false;  ///< workers never sleep: burns their cores, meets every due time
  Duration may_be_late = std::chrono::milliseconds(10);  ///< the generator itself, at its p99
  std::optional<Breaker> breaker = {};
  /// Nothing in it depends on what came before: where several targets are measured, it may go out
  /// in blocks, in turn with the others (blocks.h).
  bool steady = false;
  std::uint64_t seed = 1;

  /// The most that it may send, repetitions apart; of a closed loop by time what `fastest_load`
  /// allows. 0 if the arrivals make no sense. Poisson: in time proportional to it.
  std::uint64_t count() const;
  Duration lasts() const;    ///< planned; of a closed loop without time: 0
  double peak_rate() const;  ///< requests a second; 0: closed loop, as fast as answers come
};

/// No closed loop is taken to send more in a second; bounds count with it.
inline constexpr double fastest_load = 1e6;

}  // namespace ingress_check
