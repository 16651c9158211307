// Percentiles of a load with the intervals that hold them: what a check may claim of latencies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/statistics.h"
#include "harness/load_reply.h"

namespace ingress_check {

/// Confidence of every interval of a load's figures.
inline constexpr double load_confidence = 0.99;

struct Percentile {
  double quantile = 0;
  std::uint64_t n = 0;  ///< answers
  double spread = 1;    ///< how much less they tell near the percentile for hanging together
  Duration value{};     ///< as seen; 0 without answers
  Duration low{};       ///< end of the interval; 0: there is none
  std::optional<Duration> high = {};  ///< none: too few answers for an upper bound

  bool beyond(Duration limit) const { return low > limit; }
  bool within(Duration limit) const { return high && *high <= limit; }
};

/// All answers of a load, or those of one request or one pod.
struct LoadPart {
  std::optional<std::size_t> request = {};  ///< index into LoadReply::requests
  std::optional<std::size_t> pod = {};      ///< index into LoadReply::pods
  bool whole() const { return !request && !pod; }
};

/// Latencies of one phase, or of several that were alike. Of everything and of a request they count
/// from when it was due, of a pod from when it was sent.
class Latencies {
 public:
  /// The reply must outlive this.
  explicit Latencies(const LoadReply& reply, Duration warm_up, LoadPart part = {});
  /// A further phase of the same load.
  void add(const LoadReply& reply, Duration warm_up);

  std::uint64_t n() const;
  Duration max() const;
  Duration value(double quantile) const;  ///< as seen, without an interval
  /// Which thresholds are in keeping with what was seen: its ends are the last that are not. How
  /// far values hang together is taken, for each threshold, from how those above it are spread over
  /// blocks of time; for one that fewer than 16 exceed, from those above the 16th, the nearest that
  /// tell; and for the upper end never less than at the percentile and where twice as many are
  /// slower. What nothing came near, twice the longest that was seen, has nothing that could hang
  /// together: there the number alone decides.
  Percentile percentile(double quantile) const;

 private:
  struct Phase {
    const LoadReply* reply;
    Duration warm_up;
  };
  struct Timed {
    std::uint32_t block;
    std::uint64_t took;
  };
  std::vector<Block> blocks(std::uint64_t above) const;
  bool take_samples(const Phase& phase);
  void add_seconds(const Phase& phase, std::uint64_t above, std::vector<Block>& blocks) const;
  std::uint64_t at_rank(std::uint64_t rank) const;
  double spread_of(std::uint64_t exceeding) const;
  Duration low_end(double quantile) const;
  std::optional<Duration> high_end(double quantile, double least_spread) const;
  std::uint64_t bucket_low(std::uint64_t value) const;

  LoadPart part_;
  std::vector<Phase> by_seconds_;  ///< phases without samples
  std::vector<Timed> timed_;       ///< of the others
  std::uint32_t timed_blocks_ = 0;
  Histogram all_{total_buckets()};  ///< of the whole
  CompactHistogram of_part_{part_buckets()};
};

/// Of a route's or pod's answers, those slower than that, to its buckets.
std::uint64_t slower(const CompactHistogram& histogram, Duration than);

/// "61ms (58ms to 66ms with 99 % confidence, of 6,000 answers)".
std::string to_string(const Percentile& percentile);
/// A measured time in three digits: "61.2ms".
std::string rounded(Duration time);
/// "p99.9" of 0.999.
std::string percentile_name(double quantile);
/// "6,000".
std::string thousands(std::uint64_t number);

}  // namespace ingress_check
