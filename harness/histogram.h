// How often which value was seen: a log-linear histogram with the buckets, the percentiles and the
// mean of HdrHistogram (https://github.com/HdrHistogram/HdrHistogram), so that other tools can read
// it (histogram_codec.h). The unit of values is the caller's; latencies are nanoseconds.
// One histogram belongs to one thread; merge after join.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "scenarios/error.h"

namespace ingress_check {

/// Which value falls into which bucket. Buckets are numbered from 0 in order of value.
class Buckets {
 public:
  /// Values from 0 to `highest` (at least 2 x `lowest`, at most 2^63 - 1), told apart in steps of
  /// `lowest` (1 or more) rounded down to a power of two, and from there on to `digits` (1 to 5)
  /// decimal digits: a bucket is narrower than value / 10^digits.
  static Result<Buckets> create(int digits, std::uint64_t lowest, std::uint64_t highest);

  /// For values up to highest().
  std::uint32_t index(std::uint64_t value) const noexcept {
    const int octave = 64 - std::countl_zero(value | mask_) - above_;
    return (static_cast<std::uint32_t>(octave) << half_bits_) +
           static_cast<std::uint32_t>(value >> (octave + unit_bits_));
  }

  std::uint64_t low(std::uint32_t index) const noexcept;   ///< the least value of a bucket
  std::uint64_t high(std::uint32_t index) const noexcept;  ///< the greatest; may be over highest()
  std::uint64_t middle(std::uint32_t index) const noexcept;  ///< rounded up

  std::uint32_t size() const noexcept { return size_; }  ///< number of buckets
  int digits() const noexcept { return digits_; }
  std::uint64_t lowest() const noexcept { return lowest_; }
  std::uint64_t highest() const noexcept { return highest_; }
  friend bool operator==(const Buckets&, const Buckets&) = default;

 private:
  Buckets() = default;
  std::uint64_t width(std::uint32_t index) const noexcept;

  std::uint64_t mask_ = 0;  ///< all values of the first, linear part
  int above_ = 0;           ///< bits of mask_
  int half_bits_ = 0;       ///< 2^half_bits_ buckets an octave
  int unit_bits_ = 0;       ///< 2^unit_bits_ values in the narrowest bucket
  std::uint32_t size_ = 0;
  int digits_ = 0;
  std::uint64_t lowest_ = 0, highest_ = 0;
};

/// Counts a bucket, of 64 bits for totals or 32 where there are many histograms.
template <class Count>
class BasicHistogram {
 public:
  /// Takes no memory for counts before the first record() or reserve().
  explicit BasicHistogram(const Buckets& buckets) noexcept : buckets_(buckets) {}

  /// Takes the memory now: record() allocates nothing afterwards.
  void reserve();

  /// A value above highest() counts as highest() and in over() as well.
  void record(std::uint64_t value) noexcept {
    if (value >= end_) [[unlikely]] {
      record_unusual(value);
      return;
    }
    count(buckets_.index(value), value);
  }

  /// Adds what the other has seen, as if it had been recorded here. An Error, and nothing added, if
  /// the buckets differ.
  template <class Other>
  Result<void> merge(const BasicHistogram<Other>& other);

  /// Forgets all, keeps the memory.
  void clear() noexcept;

  std::uint64_t total() const noexcept { return total_; }  ///< values counted, over() included
  std::uint64_t over() const noexcept { return over_; }    ///< of these, above highest()
  /// Values not in total(): their 32-bit counter was full, or there was no memory.
  std::uint64_t uncounted() const noexcept { return uncounted_; }
  /// Exact; 0 if nothing was counted. Of a decoded histogram: bounds of the bucket.
  std::uint64_t min() const noexcept { return total_ == 0 ? 0 : min_; }
  std::uint64_t max() const noexcept { return max_; }  ///< likewise; may be above highest()
  /// Of the middles of the buckets; 0 if nothing was counted.
  double mean() const noexcept;

  /// The value that `percent` (0 to 100) of all values do not exceed, as the greatest of its
  /// bucket; for 0 the least of the first. The rank is percent / 100 x total rounded up, guarded
  /// against one unit in the last place (AbstractHistogram.getValueAtPercentile, HdrHistogram 2.2).
  std::uint64_t percentile(double percent) const noexcept;
  /// The k-th smallest value, k from 1 to total(), as the greatest of its bucket; 0 if there is
  /// none. For order statistics.
  std::uint64_t at_rank(std::uint64_t k) const noexcept;

  const Buckets& buckets() const noexcept { return buckets_; }
  /// How many values a bucket holds, index below buckets().size().
  std::uint64_t at(std::uint32_t index) const noexcept {
    return counts_.empty() ? 0 : counts_[index];
  }

  /// A histogram with these counts, one a bucket (Error if there are more counts than buckets or
  /// their sum exceeds 2^63 - 1). min() and max() are the bounds of their buckets.
  static Result<BasicHistogram> of(const Buckets& buckets, std::vector<Count> counts);

  /// Takes over the exact least and greatest value where only counts were stored. An Error, and
  /// nothing changed, if they do not lie in the first and the last bucket that count something.
  Result<void> set_bounds(std::uint64_t least, std::uint64_t greatest);

 private:
  template <class>
  friend class BasicHistogram;

  void count(std::uint32_t index, std::uint64_t value) noexcept {
    Count& here = counts_[index];
    if constexpr (sizeof(Count) < sizeof(total_)) {
      if (here == std::numeric_limits<Count>::max()) [[unlikely]] {
        ++uncounted_;
        return;
      }
    }
    ++here;
    ++total_;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }
  void record_unusual(std::uint64_t value) noexcept;

  Buckets buckets_;
  std::uint64_t end_ = 0;  ///< highest() + 1, or 0 as long as there are no counts
  std::vector<Count> counts_;
  std::uint64_t total_ = 0, over_ = 0, uncounted_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max(), max_ = 0;
};

using Histogram = BasicHistogram<std::uint64_t>;
/// Half the memory; see uncounted().
using CompactHistogram = BasicHistogram<std::uint32_t>;

extern template class BasicHistogram<std::uint64_t>;
extern template class BasicHistogram<std::uint32_t>;

}  // namespace ingress_check
