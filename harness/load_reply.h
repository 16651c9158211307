// What came back of a load: counts that add up, three latencies, who answered, how it went second
// by second, and how faithful the generator was. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/exchange.h"
#include "harness/histogram.h"

namespace ingress_check {

/// Buckets of a phase's totals: nanoseconds, 3 digits, up to an hour.
const Buckets& total_buckets();
/// Buckets of routes, pods and seconds: nanoseconds from 1 us, 2 digits, up to an hour.
const Buckets& part_buckets();

/// due == the sum of outcomes + dropped + unfinished, always.
struct LoadCounts {
  std::uint64_t due = 0;
  std::array<std::uint64_t, outcome_count> outcomes{};  ///< by Outcome; idle_close only if its
                                                        ///< repetition could not be sent
  std::uint64_t dropped = 0;     ///< never sent: no connection was free (in time)
  std::uint64_t unfinished = 0;  ///< when the phase was stopped: under way, or waiting to be sent
  std::uint64_t repeated =
      0;  ///< sent again: after an idle close once, or not processed (GOAWAY); not in `due`
  std::uint64_t queued = 0;               ///< had to wait for a free connection
  std::map<int, std::uint64_t> statuses;  ///< of whole answers

  std::uint64_t of(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
  std::uint64_t answered() const { return of(Outcome::ok); }
  std::uint64_t sent() const;  ///< went out at least once
  std::uint64_t failed() const { return due - answered() - unfinished; }  ///< no whole answer
  std::uint64_t server_errors() const;                                    ///< 5xx
};

/// One kind of request.
struct RequestReply {
  LoadCounts counts;
  CompactHistogram response{part_buckets()};
  std::vector<std::uint64_t> broke;  ///< answers that failed each match, by index of the match
};

/// One pod that answered, or one service whose pods do not tell. The 257th and later ones are
/// together under the pod "other".
struct PodReply {
  std::string service, pod;  ///< empty: the answers do not say
  std::uint64_t answered = 0;
  std::uint64_t server_errors = 0;
  CompactHistogram service_time{part_buckets()};
};

/// A slice of the phase: what was due in it, and what was done in it.
struct SecondReply {
  std::uint64_t due = 0, sent = 0;
  std::uint64_t done = 0;    ///< answered or failed
  std::uint64_t failed = 0;  ///< of these: no whole answer
  std::uint64_t server_errors = 0;
  CompactHistogram response{part_buckets()};  ///< of answers, in the slice in which they were due
};

/// Of a Sample that nobody answered.
inline constexpr std::uint16_t no_pod = 65535;

/// One request, in at most 64 bytes. Times in ns from the begin of the phase.
struct Sample {
  std::int64_t due = 0, sent = 0, first_byte = 0, done = 0;  ///< not reached: -1
  std::uint32_t client = 0;      ///< number, also without clients (then 0)
  std::uint32_t connection = 0;  ///< number within the phase
  std::uint16_t request = 0;     ///< index into Load::requests
  std::uint16_t who = no_pod;    ///< index into LoadReply::pods
  std::uint16_t status = 0;      ///< 0: none
  Outcome outcome = Outcome::ok;
  std::uint16_t broke = 0;  ///< bits of the matches that failed
  bool reused = false;      ///< not the first request of its connection
};

/// So many responses that failed it are kept, of each match.
inline constexpr std::size_t most_broken = 5;

/// A response whose match failed, kept whole but bounded.
struct BrokenMatch {
  std::size_t request = 0, match = 0;
  Exchange exchange;
};

/// How the generator itself did.
struct Faithfulness {
  Histogram late{total_buckets()};  ///< how long after its time a request was taken up although a
                                    ///< connection was free (or could be opened)
  std::vector<double> cpu;          ///< share of a core, of each worker
  double run_queue = 0;  ///< largest share of the time that a worker was ready to run but did not
  double steal = 0;      ///< share of the machine's time that the hypervisor took
  double idle = 1;       ///< share of the machine's time in which a processor had nothing to do
  std::uint64_t out_of_ports = 0, out_of_descriptors = 0;
  bool precise = true;           ///< timers of nanoseconds (Linux 5.11)
  std::vector<std::string> why;  ///< why claims about time and rate are not to be trusted;
                                 ///< empty: they are
  std::string held_up;  ///< why answers may have waited for this machine, not for the target's
                        ///< work; empty: they did not
  bool faithful() const { return why.empty(); }
};

struct LoadReply {
  LoadCounts counts;                 ///< without the warm-up
  std::uint64_t warm_up = 0;         ///< requests that were due in it
  Duration began_after{};            ///< connections were opened for so long before
  Duration lasted{};                 ///< measured time: to the last due time, or to the end
                                     ///< of a closed loop
  double offered = 0, achieved = 0;  ///< requests a second: due; answered
  bool open_loop = false;
  std::string protocol;                    ///< "HTTP/1.1", "HTTP/2", "" if nothing was answered
  Histogram response{total_buckets()};     ///< from when it was due, whole answers alone
  Histogram service{total_buckets()};      ///< from when it was sent
  Histogram send_delay{total_buckets()};   ///< from due to sent, of all that were sent
  Histogram first_byte{total_buckets()};   ///< from sent
  Histogram connect{total_buckets()};      ///< TCP, of each new connection
  Histogram tls{total_buckets()};          ///< handshakes in full
  Histogram tls_resumed{total_buckets()};  ///< handshakes that resumed a session
  std::uint64_t bytes_received = 0, bytes_sent = 0;
  std::vector<RequestReply> requests;  ///< one for each of Load::requests
  std::vector<PodReply> pods;          ///< in order of service and pod
  Duration slice = std::chrono::seconds(1);
  std::vector<SecondReply> seconds;          ///< of `slice` each, the warm-up first
  std::vector<std::vector<Sample>> samples;  ///< by worker, in order of done
  bool samples_full = false;                 ///< more than a million: the rest is in summaries only
  std::vector<BrokenMatch> broken;           ///< the first most_broken of each match
  Faithfulness generator;
  std::vector<std::string> addresses;  ///< that connections went to
  std::vector<std::string> withheld;   ///< that a name led to meanwhile, and nobody allowed
  std::string breaker;                 ///< why it ended the phase; empty: it did not
};

/// By service and pod; samples follow.
void sort_pods(LoadReply& reply);

}  // namespace ingress_check
