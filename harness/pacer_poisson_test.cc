#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/pacer.h"

namespace ingress_check {
namespace {

using std::chrono::seconds;

Pacer poisson(std::vector<Stage> stages, std::uint64_t seed = 1) {
  return *Pacer::create(std::move(stages), Spacing::poisson, seed);
}

std::vector<Duration> all_of(const Pacer& pacer) {
  std::vector<Duration> times;
  for (Slots slots(pacer); !slots.over(); slots.next()) times.push_back(slots.due());
  return times;
}

struct Gaps {
  double mean = 0, variation = 0, correlation = 0, distance = 0;
};

Gaps gaps_of(const std::vector<Duration>& times) {
  std::vector<double> gaps(times.size());
  for (std::size_t i = 0; i < times.size(); ++i)
    gaps[i] = static_cast<double>((times[i] - (i > 0 ? times[i - 1] : Duration{})).count());
  const auto n = static_cast<double>(gaps.size());
  Gaps found;
  for (const double gap : gaps) found.mean += gap / n;
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    squares += std::pow(gaps[i] - found.mean, 2);
    if (i > 0) products += (gaps[i] - found.mean) * (gaps[i - 1] - found.mean);
  }
  found.variation = std::sqrt(squares / n) / found.mean;
  found.correlation = products / squares;
  std::sort(gaps.begin(), gaps.end());
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double share = 1 - std::exp(-gaps[i] / found.mean);
    found.distance = std::max(found.distance, std::abs(share - static_cast<double>(i) / n));
  }
  return found;
}

TEST(PoissonPacer, GapsAreExponentialAndIndependent) {
  for (const std::uint64_t seed : {0U, 1U, 2U, 12345U}) {
    const auto times = all_of(poisson({{2'000, 2'000, seconds(100)}}, seed));
    ASSERT_TRUE(std::is_sorted(times.begin(), times.end()));
    const double n = static_cast<double>(times.size());
    EXPECT_NEAR(n, 200'000, 5 * std::sqrt(200'000));
    const Gaps gaps = gaps_of(times);
    EXPECT_NEAR(gaps.mean, 500'000, 6'000);
    EXPECT_NEAR(gaps.variation, 1, 0.01);
    EXPECT_NEAR(gaps.correlation, 0, 5 / std::sqrt(n));
    EXPECT_LT(gaps.distance, 2 / std::sqrt(n));  // Kolmogorov-Smirnov, p about 0.001
  }
}

TEST(PoissonPacer, TotalsVaryAsTheyShould) {
  const std::vector<Stage> stages{{0, 40, seconds(4)}, {10, 10, seconds(2)}};  // 100 requests
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const auto total = static_cast<double>(poisson(stages, seed).total());
    sum += total;
    squares += total * total;
  }
  const double mean = sum / 2'000, variance = squares / 2'000 - mean * mean;
  EXPECT_NEAR(mean, 100, 5 * 10 / std::sqrt(2'000));
  EXPECT_NEAR(variance / mean, 1, 0.15);
}

TEST(PoissonPacer, FollowsTheRate) {
  const Pacer pacer =
      poisson({{0, 1'000, seconds(20)}, {0, 0, seconds(10)}, {500, 500, seconds(20)}});
  std::uint64_t before = 0;
  double expected = 0;
  for (const int end : {5, 10, 15, 20, 30, 40, 50}) {
    const auto here = pacer.due_before(seconds(end));
    const double wanted = pacer.expected(seconds(end)) - expected;
    EXPECT_NEAR(static_cast<double>(here - before), wanted, 5 * std::sqrt(wanted)) << end;
    before = here;
    expected = pacer.expected(seconds(end));
  }
  EXPECT_EQ(pacer.due_before(seconds(20)), pacer.due_before(seconds(30)));
}

TEST(PoissonPacer, SeedsDecide) {
  const std::vector<Stage> stages{{1'000, 1'000, seconds(1)}};
  EXPECT_EQ(all_of(poisson(stages, 5)), all_of(poisson(stages, 5)));
  const auto one = all_of(poisson(stages, 5)), other = all_of(poisson(stages, 6));
  std::vector<Duration> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(),
                        std::back_inserter(both));
  EXPECT_LT(both.size(), 5u);
  const Pacer known = poisson(stages, 1);  // a seed in a report must mean the same next year
  const long long first[] = {288'018, 1'275'823, 2'100'711};
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(known.due(i).count(), first[i]) << i;
}

TEST(PoissonPacer, APoissonPhaseWithoutEnd) {
  const Pacer pacer = poisson({{1e7, 1e7, Duration::max()}});
  Slots slots(pacer, 5, 1'000);
  for (int i = 0; i < 1'000; ++i) slots.next();
  EXPECT_NEAR(static_cast<double>(slots.due().count()), 1e8, 5e5);
}

}  // namespace
}  // namespace ingress_check
