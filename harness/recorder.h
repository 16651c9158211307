// What one worker measures. Counters and histograms of its own; merged after join.
#pragma once

#include <vector>

#include "harness/lane.h"
#include "harness/load_reply.h"
#include "harness/reader.h"
#include "harness/timeline.h"

namespace ingress_check {

/// Allocates for pods that are new, for slices of a phase longer than planned, and never else.
class Recorder {
 public:
  /// `samples`: how many may be kept.
  Recorder(const LoadPlan& plan, Reader& reader, std::size_t samples);
  /// Before the first request. The warm-up is counted from here.
  void begin(Instant at);

  /// Its time has come. Every such slot ends in exactly one of ended(), dropped() and unfinished().
  void due(std::uint32_t request, Instant at);
  void queued(std::uint32_t request, Instant due);
  void late(Duration by) { late_.record(static_cast<std::uint64_t>(by.count())); }
  void repeated(const Flight& flight);
  void opened(const Opening& opening);
  /// `done`: when the end was heard of. Judges the answer.
  void ended(Flight& flight, Outcome outcome, Instant done);
  void dropped(std::uint32_t request, Instant due);
  void unfinished(std::uint32_t request, Instant due);

  /// Adds itself. `reply` has as many requests as the plan.
  void merge_into(LoadReply& reply, Timeline& timeline);

  // For progress: since the beginning.
  std::uint64_t due_so_far() const { return due_; }
  std::uint64_t done_so_far() const { return done_; }
  std::uint64_t failed_so_far() const { return failed_; }
  std::uint64_t server_errors_so_far() const { return server_errors_; }
  std::uint64_t unprovoked_so_far() const { return unprovoked_; }
  std::uint64_t latency_so_far() const { return latency_ns_; }
  Instant last_done() const { return last_done_; }

 private:
  /// Counts of one kind of request; statuses by number, those from 600 on together at the end.
  struct Kind {
    std::uint64_t due = 0, dropped = 0, unfinished = 0, repeated = 0, queued = 0;
    std::array<std::uint64_t, outcome_count> outcomes{};
    std::array<std::uint64_t, 501> statuses{};
    std::array<std::uint64_t, most_matches> broke{};
    CompactHistogram response{part_buckets()};
  };
  struct Who {
    std::uint16_t service = 0, pod = 0;
    std::uint64_t answered = 0, server_errors = 0;
    CompactHistogram service_time{part_buckets()};
  };
  bool warming_up(Instant due) const { return due < measured_from_; }
  SecondReply& second(Instant at) { return timeline_.at(at - begin_); }
  std::uint64_t latency(const Flight& flight, Instant done) const;
  void note_due(Flight& flight, bool whole, Instant done);
  void answered(Flight& flight, Kind& kind, Instant done);
  Who& who(const Flight& flight);
  void keep_broken(const Flight& flight, Kind& kind);
  void keep_sample(const Flight& flight, Outcome outcome, Instant done);
  void merge_kinds(LoadReply& reply) const;
  void merge_pods(LoadReply& reply) const;
  void merge_samples(LoadReply& reply);

  const LoadPlan& plan_;
  Reader& reader_;
  const bool open_loop_;
  const Statuses provoked_;  ///< of the breaker
  Instant begin_{}, measured_from_{}, last_done_{};
  std::vector<Kind> kinds_;
  std::vector<Who> who_;
  std::vector<std::uint16_t> who_at_;  ///< by service and pod: index into who_ + 1
  Timeline timeline_;
  std::vector<Sample> samples_;
  std::size_t most_samples_;
  bool samples_full_ = false;
  std::vector<BrokenMatch> broken_;
  std::vector<std::uint8_t> kept_broken_;  ///< by request and match
  Histogram response_{total_buckets()}, service_{total_buckets()}, send_delay_{total_buckets()};
  Histogram first_byte_{total_buckets()}, late_{total_buckets()};
  Histogram connect_{total_buckets()}, tls_{total_buckets()}, tls_resumed_{total_buckets()};
  std::uint64_t warm_up_ = 0;
  std::uint64_t due_ = 0, done_ = 0, failed_ = 0, server_errors_ = 0, unprovoked_ = 0,
                latency_ns_ = 0;
};

}  // namespace ingress_check
