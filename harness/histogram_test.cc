#include "harness/histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <span>

namespace ingress_check {
namespace {

constexpr std::uint64_t hour = 3'600'000'000'000;  // nanoseconds

Buckets nanoseconds(int digits) { return *Buckets::create(digits, 1, hour); }

std::vector<std::uint64_t> latencies(std::uint32_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> nanos(14, 2);
  std::vector<std::uint64_t> values(count);
  for (auto& value : values) value = std::min(hour, static_cast<std::uint64_t>(nanos(random)));
  return values;
}

template <class Kind>
Kind of(const Buckets& buckets, std::span<const std::uint64_t> values) {
  Kind histogram(buckets);
  for (const auto value : values) histogram.record(value);
  return histogram;
}

template <class One, class Other>
void expect_same(const One& one, const Other& other) {
  ASSERT_EQ(one.buckets(), other.buckets());
  for (std::uint32_t index = 0; index < one.buckets().size(); ++index)
    ASSERT_EQ(one.at(index), other.at(index)) << index;
  EXPECT_EQ(one.total(), other.total());
  EXPECT_EQ(one.over(), other.over());
  EXPECT_EQ(one.min(), other.min());
  EXPECT_EQ(one.max(), other.max());
  EXPECT_EQ(one.mean(), other.mean());
}

TEST(Buckets, SizesAreThoseOfHdrHistogram) {
  EXPECT_EQ(Buckets::create(3, 1, 3'600'000'000)->size(), 23'552u);
  EXPECT_EQ(Buckets::create(3, 1, 2)->size(), 2'048u);
  EXPECT_EQ(Buckets::create(3, 1, 2'048)->size(), 3'072u);
  EXPECT_EQ(Buckets::create(2, 1'000, hour)->size(), 3'456u);
  EXPECT_EQ(Buckets::create(1, 1, 2)->size(), 32u);
  EXPECT_EQ(Buckets::create(5, 1, (1ull << 63) - 1)->size(), 47u << 17);
}

TEST(Buckets, ImpossibleOnes) {
  EXPECT_FALSE(Buckets::create(0, 1, 100));
  EXPECT_FALSE(Buckets::create(6, 1, 100));
  EXPECT_FALSE(Buckets::create(3, 0, 100));
  EXPECT_FALSE(Buckets::create(3, 10, 19));
  EXPECT_TRUE(Buckets::create(3, 10, 20));
  EXPECT_FALSE(Buckets::create(3, 1, 1ull << 63));
  EXPECT_FALSE(Buckets::create(3, 1ull << 63, 1ull << 63));
  EXPECT_FALSE(Buckets::create(3, 1ull << 52, (1ull << 63) - 1));
  EXPECT_TRUE(Buckets::create(3, 1ull << 51, (1ull << 63) - 1));
}

TEST(Buckets, CoverEveryValueOnceAndInOrder) {
  for (int digits = 1; digits <= 5; ++digits)
    for (const std::uint64_t lowest : {1U, 7U, 1'000U, 1'024U}) {
      const auto buckets = *Buckets::create(digits, lowest, std::uint64_t{1} << 42);
      EXPECT_EQ(buckets.low(0), 0u);
      for (std::uint32_t index = 0; index < buckets.size(); ++index) {
        const auto low = buckets.low(index), high = buckets.high(index);
        ASSERT_EQ(low, index == 0 ? 0 : buckets.high(index - 1) + 1);
        if (high > buckets.highest()) break;
        ASSERT_EQ(buckets.index(low), index);
        ASSERT_EQ(buckets.index(high), index);
        ASSERT_GE(buckets.middle(index), low);
        ASSERT_LE(buckets.middle(index), high);
        const auto width = static_cast<double>(high - low + 1);
        ASSERT_LE(width, std::max(static_cast<double>(lowest),
                                  static_cast<double>(low) / std::pow(10, digits)));
      }
      EXPECT_LT(buckets.index(buckets.highest()), buckets.size());
    }
}

TEST(Histogram, NothingRecorded) {
  const Histogram empty(nanoseconds(3));
  EXPECT_EQ(empty.total(), 0u);
  EXPECT_EQ(empty.min(), 0u);
  EXPECT_EQ(empty.max(), 0u);
  EXPECT_EQ(empty.mean(), 0);
  EXPECT_EQ(empty.percentile(0), 0u);
  EXPECT_EQ(empty.percentile(99), 0u);
  EXPECT_EQ(empty.at_rank(1), 0u);
  EXPECT_EQ(empty.at(5), 0u);
}

TEST(Histogram, AgreesWithExactOrderStatistics) {
  for (int digits = 1; digits <= 5; ++digits) {
    auto values = latencies(static_cast<std::uint32_t>(digits), 20'000);
    const auto histogram = of<Histogram>(nanoseconds(digits), values);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(histogram.min(), values.front());
    EXPECT_EQ(histogram.max(), values.back());
    for (std::size_t k = 1; k <= values.size(); k += 97) {
      const auto exact = static_cast<double>(values[k - 1]);
      const auto told = static_cast<double>(histogram.at_rank(k));
      ASSERT_GE(told, exact);
      ASSERT_LE(told, exact * (1 + std::pow(10, -digits))) << k;
    }
    double sum = 0;
    for (const auto value : values) sum += static_cast<double>(value);
    const double mean = sum / static_cast<double>(values.size());
    EXPECT_NEAR(histogram.mean(), mean, mean * std::pow(10, -digits));
  }
}

TEST(Histogram, RanksOfPercentiles) {
  Histogram ten(nanoseconds(3));
  for (std::uint64_t value = 1; value <= 10; ++value) ten.record(value);
  EXPECT_EQ(ten.percentile(-1), 1u);
  EXPECT_EQ(ten.percentile(0), 1u);
  EXPECT_EQ(ten.percentile(std::nan("")), 1u);
  EXPECT_EQ(ten.percentile(0.001), 1u);
  EXPECT_EQ(ten.percentile(10), 1u);
  EXPECT_EQ(ten.percentile(10.001), 2u);
  EXPECT_EQ(ten.percentile(50), 5u);
  EXPECT_EQ(ten.percentile(91), 10u);
  EXPECT_EQ(ten.percentile(100), 10u);
  EXPECT_EQ(ten.percentile(1000), 10u);
  EXPECT_EQ(ten.at_rank(0), 0u);
  EXPECT_EQ(ten.at_rank(10), 10u);
  EXPECT_EQ(ten.at_rank(11), 0u);

  Histogram thousand(nanoseconds(4));
  for (std::uint64_t value = 1; value <= 1000; ++value) thousand.record(value);
  EXPECT_EQ(thousand.percentile(99.9), 999u);  // 99.9 / 100 * 1000 is above 999 in binary
  EXPECT_EQ(thousand.percentile(99.91), 1000u);
}

TEST(Histogram, ZeroPercentIsTheLeastOfTheFirstBucket) {
  Histogram histogram(nanoseconds(2));
  histogram.record(1'001'000);
  EXPECT_EQ(histogram.percentile(0), histogram.buckets().low(histogram.buckets().index(1'001'000)));
  EXPECT_EQ(histogram.percentile(1),
            histogram.buckets().high(histogram.buckets().index(1'001'000)));
  EXPECT_LT(histogram.percentile(0), 1'001'000u);
}

TEST(Histogram, ValuesAboveTheHighestAreKeptAndCounted) {
  Histogram histogram(*Buckets::create(3, 1, 10'000));
  histogram.record(10'000);
  EXPECT_EQ(histogram.over(), 0u);
  histogram.record(10'001);
  histogram.record(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(histogram.over(), 2u);
  EXPECT_EQ(histogram.total(), 3u);
  EXPECT_EQ(histogram.max(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(histogram.at(histogram.buckets().index(10'000)), 3u);
  Histogram at_once(*Buckets::create(3, 1, 10'000));
  at_once.record(1 << 20);
  EXPECT_EQ(at_once.over(), 1u);
  EXPECT_EQ(at_once.percentile(0), histogram.percentile(0));
}

TEST(Histogram, TheGreatestRangeThereIs) {
  constexpr std::uint64_t most = (1ull << 63) - 1;
  Histogram histogram(*Buckets::create(3, 1, most));
  histogram.record(most);
  histogram.record(0);
  EXPECT_EQ(histogram.over(), 0u);
  EXPECT_EQ(histogram.percentile(100), most);
  EXPECT_EQ(histogram.percentile(50), 0u);
}

TEST(Histogram, MergedIsAsRecordedTogether) {
  const auto values = latencies(7, 30'000);
  const std::span all(values);
  const auto buckets = *Buckets::create(3, 1, 50'000'000);  // some are above
  const auto together = of<Histogram>(buckets, all);
  EXPECT_GT(together.over(), 100u);
  Histogram merged(buckets);
  for (const std::size_t part : {0u, 1u, 2u})
    ASSERT_TRUE(merged.merge(of<Histogram>(buckets, all.subspan(part * 10'000, 10'000))));
  expect_same(merged, together);

  Histogram of_compact(buckets);
  ASSERT_TRUE(of_compact.merge(of<CompactHistogram>(buckets, all)));
  expect_same(of_compact, together);
  CompactHistogram compact(buckets);
  ASSERT_TRUE(compact.merge(CompactHistogram(buckets)));
  EXPECT_EQ(compact.min(), 0u);
  ASSERT_TRUE(compact.merge(of<CompactHistogram>(buckets, all)));
  expect_same(compact, together);
}

TEST(Histogram, DifferentBucketsAreNotMerged) {
  auto three = of<Histogram>(nanoseconds(3), latencies(1, 10));
  const auto two = of<Histogram>(nanoseconds(2), latencies(2, 10));
  EXPECT_FALSE(three.merge(two));
  expect_same(three, of<Histogram>(nanoseconds(3), latencies(1, 10)));
}

TEST(Histogram, AFullCounterLosesNothingSilently) {
  const auto buckets = *Buckets::create(1, 1, 100);
  std::vector<std::uint32_t> counts(buckets.size());
  counts[5] = std::numeric_limits<std::uint32_t>::max() - 1;
  auto histogram = *CompactHistogram::of(buckets, counts);
  histogram.record(5);
  EXPECT_EQ(histogram.uncounted(), 0u);
  histogram.record(5);
  histogram.record(6);
  EXPECT_EQ(histogram.uncounted(), 1u);
  EXPECT_EQ(histogram.total(), (1ull << 32));
  EXPECT_EQ(histogram.at(5), std::numeric_limits<std::uint32_t>::max());
  const auto same = histogram;
  ASSERT_TRUE(histogram.merge(same));
  EXPECT_EQ(histogram.total() + histogram.uncounted(), 2 * (same.total() + same.uncounted()));
  EXPECT_EQ(histogram.at(6), 2u);
}

TEST(Histogram, ClearForgetsEverything) {
  auto histogram = of<CompactHistogram>(nanoseconds(2), latencies(3, 100));
  histogram.record(hour + 1);
  histogram.clear();
  expect_same(histogram, CompactHistogram(nanoseconds(2)));
  histogram.record(42);
  EXPECT_EQ(histogram.min(), 42u);
  EXPECT_EQ(histogram.max(), 42u);
}

TEST(Histogram, CountsWhoseSumIsNoNumber) {
  const auto buckets = nanoseconds(1);
  EXPECT_FALSE(Histogram::of(buckets, {(1ull << 63) - 1, 1}));
  EXPECT_FALSE(Histogram::of(buckets, {1ull << 63}));
  EXPECT_TRUE(Histogram::of(buckets, {(1ull << 63) - 2, 1}));
  EXPECT_FALSE(Histogram::of(buckets, std::vector<std::uint64_t>(buckets.size() + 1)));
}

TEST(Histogram, BoundsAreTakenOverIfTheyFit) {
  const Buckets buckets = *Buckets::create(2, 1, 1'000'000);
  Histogram recorded(buckets);
  for (const std::uint64_t value : {1234u, 5678u, 98765u}) recorded.record(value);
  std::vector<std::uint64_t> counts;
  for (std::uint32_t i = 0; i < buckets.size(); ++i) counts.push_back(recorded.at(i));
  auto read = Histogram::of(buckets, counts);
  ASSERT_TRUE(read);
  EXPECT_NE(read->max(), 98765u) << "of the bucket";
  ASSERT_TRUE(read->set_bounds(1234, 98765));
  EXPECT_EQ(read->min(), 1234u);
  EXPECT_EQ(read->max(), 98765u);
  EXPECT_FALSE(read->set_bounds(1234, 5678));
  EXPECT_FALSE(read->set_bounds(1, 98765));
  EXPECT_EQ(read->max(), 98765u);
  EXPECT_FALSE(Histogram(buckets).set_bounds(0, 0));
}

}  // namespace
}  // namespace ingress_check
