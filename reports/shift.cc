#include "reports/shift.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "checks/statistics.h"

namespace ingress_check {
namespace {

constexpr std::size_t resamplings = 400;
constexpr std::size_t blocks_a_side[] = {12, 8};
constexpr double side_confidence = 0.99;

using Slices = std::span<const CompactHistogram* const>;

/// Blocks of slices as cumulated counts over those buckets alone that any of them fills: the
/// percentile of a resampling is then a search.
class Blocks {
 public:
  /// About so many, of the same whole number of slices but for the last; one each where there are
  /// fewer slices.
  Blocks(Slices slices, std::size_t about)
      : count_(slices.size() / std::max<std::size_t>(slices.size() / about, 1)) {
    const Buckets& buckets = part_buckets();
    for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
      std::vector<std::uint64_t> here(count_);
      for (std::size_t i = 0; i < slices.size(); ++i)
        here[i * count_ / slices.size()] += slices[i]->at(bucket);
      if (std::ranges::all_of(here, [](auto n) { return n == 0; })) continue;
      if (!cumulated_.empty())
        for (std::size_t i = 0; i < count_; ++i) here[i] += cumulated_.back()[i];
      edges_.push_back({static_cast<double>(buckets.low(bucket)),
                        static_cast<double>(buckets.high(bucket)) + 1});
      cumulated_.push_back(std::move(here));
    }
  }

  std::size_t size() const { return count_; }
  std::vector<std::uint64_t> once() const { return std::vector<std::uint64_t>(count_, 1); }

  std::uint64_t answers(const std::vector<std::uint64_t>& times) const {
    return cumulated_.empty() ? 0 : upto(cumulated_.size() - 1, times);
  }

  /// Of the blocks, each so many times; within its bucket as if values were spread evenly, so that
  /// it moves smoothly. 0 if there are no answers.
  double percentile(double percent, const std::vector<std::uint64_t>& times) const {
    const double rank = percent / 100 * static_cast<double>(answers(times));
    if (rank <= 0) return 0;
    std::size_t low = 0, high = cumulated_.size() - 1;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (static_cast<double>(upto(middle, times)) < rank)
        low = middle + 1;
      else
        high = middle;
    }
    const double before = low == 0 ? 0 : static_cast<double>(upto(low - 1, times));
    const double within = static_cast<double>(upto(low, times)) - before;
    const auto [from, to] = edges_[low];
    return from + (to - from) * std::clamp((rank - before) / within, 0.0, 1.0);
  }

 private:
  std::uint64_t upto(std::size_t bucket, const std::vector<std::uint64_t>& times) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count_; ++i) sum += times[i] * cumulated_[bucket][i];
    return sum;
  }

  struct Edges {
    double from, to;
  };
  std::size_t count_;
  std::vector<Edges> edges_;
  std::vector<std::vector<std::uint64_t>> cumulated_;  ///< by filled bucket, by block
};

/// The logarithm of a percentile, and what it is known with.
struct Known {
  double log = 0, variance = 0, degrees = 1;
};

Known known(const Blocks& blocks, double percent, std::mt19937_64& random) {
  double sum = 0, squares = 0;
  const double log = std::log(blocks.percentile(percent, blocks.once()));
  for (std::size_t i = 0; i < resamplings; ++i) {
    std::vector<std::uint64_t> times(blocks.size());
    for (std::size_t k = 0; k < blocks.size(); ++k) ++times[random() % blocks.size()];
    const double off = std::log(blocks.percentile(percent, times)) - log;
    sum += off;
    squares += off * off;
  }
  constexpr auto n = static_cast<double>(resamplings);
  const auto count = static_cast<double>(blocks.size());
  // A bootstrap of few blocks sees too little by one degree of freedom.
  const double variance = std::max(0.0, squares / n - sum / n * (sum / n)) * count / (count - 1);
  return {log, variance, count - 1};
}

Estimate interval(double log, double error) {
  return {std::exp(log), std::exp(log - error), std::exp(log + error)};
}

/// Half the width of the interval of a difference, on the logarithmic scale.
double error_between(const Known& a, const Known& b, double confidence) {
  const double variance = a.variance + b.variance;
  const double parts = a.variance * a.variance / a.degrees + b.variance * b.variance / b.degrees;
  const double degrees = parts > 0 ? variance * variance / parts : a.degrees + b.degrees;
  return std::sqrt(variance) * student(confidence, degrees);
}

double error_of(const Known& one) {
  return std::sqrt(one.variance) * student(side_confidence, one.degrees);
}

bool enough(const Blocks& blocks, double percent) {
  const auto answers = static_cast<double>(blocks.answers(blocks.once()));
  return answers * (1 - percent / 100) >= static_cast<double>(least_above);
}

}  // namespace

std::vector<const CompactHistogram*> measured_slices(const LoadReply& reply) {
  std::vector<const CompactHistogram*> slices;
  std::uint64_t due = 0;
  for (const auto& one : reply.seconds) {
    if (due >= reply.warm_up && one.response.total() > 0) slices.push_back(&one.response);
    due += one.due;
  }
  return slices;
}

std::optional<Shift> shift(Slices baseline, Slices other, double percent, double confidence,
                           std::uint64_t seed) {
  if (std::min(baseline.size(), other.size()) < least_slices) return std::nullopt;
  double log_before = 0, log_after = 0, error_before = 0, error_after = 0, error = 0;
  std::mt19937_64 random(seed);
  for (const std::size_t about : blocks_a_side) {
    const Blocks before(baseline, about), after(other, about);
    if (!enough(before, percent) || !enough(after, percent)) return std::nullopt;
    const Known a = known(before, percent, random), b = known(after, percent, random);
    log_before = a.log, log_after = b.log;
    error_before = std::max(error_before, error_of(a));
    error_after = std::max(error_after, error_of(b));
    error = std::max(error, error_between(a, b, confidence));
  }
  return Shift{percent, interval(log_before, error_before), interval(log_after, error_after),
               interval(log_after - log_before, error)};
}

}  // namespace ingress_check
