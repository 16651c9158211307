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
  double spread = 1;    ///< how much less they tell for hanging together (statistics.h)
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
  /// How far values hang together is taken from blocks of time, at this percentile and, above 95 %,
  /// also where ten times as many values lie above, which are less often too few to tell.
  Percentile percentile(double quantile) const;

 private:
  struct Phase {
    const LoadReply* reply;
    Duration warm_up;
  };
  std::vector<Block> blocks(std::uint64_t above) const;
  bool add_samples(const Phase& phase, std::uint64_t above, std::vector<Block>& blocks) const;
  void add_seconds(const Phase& phase, std::uint64_t above, std::vector<Block>& blocks) const;

  LoadPart part_;
  std::vector<Phase> phases_;
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
