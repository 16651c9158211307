#include "harness/histogram.h"

#include <fmt/format.h>

#include <cmath>
#include <new>

namespace ingress_check {

namespace {

constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

int bits_of(std::uint64_t value) { return 64 - std::countl_zero(value); }

std::uint64_t rank_of(double percent, std::uint64_t total) {
  const double below = std::nextafter(percent, -std::numeric_limits<double>::infinity());
  const double rank = std::ceil(std::clamp(below, 0.0, 100.0) * static_cast<double>(total) / 100);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, total);
}

}  // namespace

Result<Buckets> Buckets::create(int digits, std::uint64_t lowest, std::uint64_t highest) {
  if (digits < 1 || digits > 5)
    return cannot(fmt::format("a histogram of {} digits", digits), "1 to 5 digits are possible");
  if (lowest < 1 || lowest > most / 2)
    return cannot(fmt::format("a histogram with steps of {}", lowest), "at least 1");
  if (highest < 2 * lowest || highest > most)
    return cannot(fmt::format("a histogram of values from {} to {}", lowest, highest),
                  "the highest is at least twice the lowest and below 2^63");
  std::uint64_t single_steps = 2;  // up to here every step of `lowest` has its own bucket
  for (int digit = 0; digit < digits; ++digit) single_steps *= 10;

  Buckets made;
  made.digits_ = digits;
  made.lowest_ = lowest;
  made.highest_ = highest;
  const int linear_bits = bits_of(single_steps - 1);
  made.half_bits_ = linear_bits - 1;
  made.unit_bits_ = bits_of(lowest) - 1;
  made.above_ = linear_bits + made.unit_bits_;
  if (made.above_ > 62)
    return cannot(fmt::format("a histogram of {} digits with steps of {}", digits, lowest),
                  "fewer digits, or a smaller lowest value");
  made.mask_ = ((std::uint64_t{1} << linear_bits) - 1) << made.unit_bits_;
  const int octaves = bits_of(highest | made.mask_) - made.above_ + 1;
  made.size_ = static_cast<std::uint32_t>(octaves + 1) << made.half_bits_;
  return made;
}

std::uint64_t Buckets::width(std::uint32_t index) const noexcept {
  const std::uint32_t octave = index >> half_bits_;
  return std::uint64_t{1} << (unit_bits_ + static_cast<int>(octave > 0 ? octave - 1 : 0));
}

std::uint64_t Buckets::low(std::uint32_t index) const noexcept {
  const std::uint32_t half = std::uint32_t{1} << half_bits_;
  const std::uint64_t step = (index & (half - 1)) + (index < half ? 0 : half);
  return step * width(index);
}

std::uint64_t Buckets::high(std::uint32_t index) const noexcept {
  return low(index) + (width(index) - 1);
}

std::uint64_t Buckets::middle(std::uint32_t index) const noexcept {
  return low(index) + width(index) / 2;
}

template <class Count>
void BasicHistogram<Count>::reserve() {
  if (counts_.empty()) counts_.resize(buckets_.size());
  end_ = buckets_.highest() + 1;
}

template <class Count>
void BasicHistogram<Count>::record_unusual(std::uint64_t value) noexcept {
  if (counts_.empty()) {
    try {
      reserve();
    } catch (const std::bad_alloc&) {
      ++uncounted_;
      return;
    }
  }
  const std::uint64_t before = total_;
  count(buckets_.index(std::min(value, buckets_.highest())), value);
  if (value > buckets_.highest()) over_ += total_ - before;
}

template <class Count>
template <class Other>
Result<void> BasicHistogram<Count>::merge(const BasicHistogram<Other>& other) {
  if (buckets_ != other.buckets_)
    return cannot("histograms with different buckets cannot be merged",
                  "record both with the same digits, lowest and highest value");
  uncounted_ += other.uncounted_;
  if (other.total_ == 0) return {};
  reserve();
  std::uint64_t added = 0;
  for (std::uint32_t index = 0; index < buckets_.size(); ++index) {
    const std::uint64_t room = std::numeric_limits<Count>::max() - counts_[index];
    const std::uint64_t taken = std::min<std::uint64_t>(other.counts_[index], room);
    counts_[index] += static_cast<Count>(taken);
    added += taken;
  }
  total_ += added;
  uncounted_ += other.total_ - added;
  over_ += other.over_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  return {};
}

template <class Count>
void BasicHistogram<Count>::clear() noexcept {
  std::fill(counts_.begin(), counts_.end(), Count{0});
  total_ = over_ = uncounted_ = max_ = 0;
  min_ = std::numeric_limits<std::uint64_t>::max();
}

template <class Count>
double BasicHistogram<Count>::mean() const noexcept {
  if (total_ == 0) return 0;
  double sum = 0;
  for (std::uint32_t index = 0; index < buckets_.size(); ++index)
    if (counts_[index] > 0)
      sum += static_cast<double>(buckets_.middle(index)) * static_cast<double>(counts_[index]);
  return sum / static_cast<double>(total_);
}

template <class Count>
std::uint64_t BasicHistogram<Count>::percentile(double percent) const noexcept {
  if (total_ == 0) return 0;
  if (percent > 0) return at_rank(rank_of(percent, total_));
  return buckets_.low(buckets_.index(std::min(min_, buckets_.highest())));
}

template <class Count>
std::uint64_t BasicHistogram<Count>::at_rank(std::uint64_t k) const noexcept {
  if (k < 1 || k > total_) return 0;
  std::uint64_t seen = 0;
  std::uint32_t index = 0;
  while ((seen += counts_[index]) < k) ++index;
  return buckets_.high(index);
}

template <class Count>
Result<BasicHistogram<Count>> BasicHistogram<Count>::of(const Buckets& buckets,
                                                        std::vector<Count> counts) {
  if (counts.size() > buckets.size())
    return cannot(fmt::format("{} counts for {} buckets", counts.size(), buckets.size()));
  BasicHistogram made(buckets);
  counts.resize(buckets.size());
  made.counts_ = std::move(counts);
  made.reserve();
  for (std::uint32_t index = 0; index < buckets.size(); ++index) {
    const Count here = made.counts_[index];
    if (here == 0) continue;
    if (here > most - made.total_) return cannot("counts whose sum exceeds 2^63 - 1");
    if (made.total_ == 0) made.min_ = buckets.low(index);
    made.max_ = buckets.high(index);
    made.total_ += here;
  }
  return made;
}

template <class Count>
Result<void> BasicHistogram<Count>::set_bounds(std::uint64_t least, std::uint64_t greatest) {
  const auto bucket = [this](std::uint64_t value) {
    return buckets_.index(std::min(value, buckets_.highest()));
  };
  if (total_ == 0 || least > greatest || bucket(least) != bucket(min_) ||
      bucket(greatest) != bucket(max_))
    return cannot(fmt::format("{} and {} are not the bounds of what was counted", least, greatest));
  min_ = least;
  max_ = greatest;
  return {};
}

template class BasicHistogram<std::uint64_t>;
template class BasicHistogram<std::uint32_t>;
template Result<void> Histogram::merge(const Histogram&);
template Result<void> Histogram::merge(const CompactHistogram&);
template Result<void> CompactHistogram::merge(const CompactHistogram&);

}  // namespace ingress_check
