// Oracles: enumeration of the binomial distribution, published tables, and simulation.
#include "checks/statistics.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace ingress_check {
namespace {

/// P(X <= k) for k from 0 to n, summed term by term.
std::vector<long double> at_most(std::uint64_t n, double p) {
  std::vector<long double> sums;
  long double sum = 0;
  for (std::uint64_t i = 0; i <= n; ++i) {
    sum += std::exp(std::lgamma(static_cast<long double>(n) + 1) -
                    std::lgamma(static_cast<long double>(i) + 1) -
                    std::lgamma(static_cast<long double>(n - i) + 1) +
                    static_cast<long double>(i) * std::log(static_cast<long double>(p)) +
                    static_cast<long double>(n - i) * std::log1p(-static_cast<long double>(p)));
    sums.push_back(sum);
  }
  return sums;
}

RankInterval enumerated(double quantile, std::uint64_t n, double confidence) {
  const long double tail = (1 - static_cast<long double>(confidence)) / 2;
  const auto chance = at_most(n, quantile);
  RankInterval ranks;
  for (std::uint64_t rank = 1; rank <= n; ++rank) {
    if (chance[rank - 1] <= tail) ranks.low = rank;
    if (ranks.high == 0 && chance[rank - 1] >= 1 - tail) ranks.high = rank;
  }
  return ranks;
}

TEST(statistics, ranks_are_those_of_the_binomial_distribution_term_by_term) {
  int compared = 0;
  for (const double quantile : {0.01, 0.5, 0.9, 0.95, 0.99, 0.999})
    for (const double confidence : {0.9, 0.99})
      for (std::uint64_t n = 1; n <= 700; n += n < 60 ? 1 : 37) {
        ASSERT_EQ(quantile_ranks(quantile, n, confidence), enumerated(quantile, n, confidence))
            << quantile << " of " << n << " at " << confidence;
        ++compared;
      }
  EXPECT_GT(compared, 800);
}

// Hahn and Meeker, Statistical Intervals, table A.17, and every textbook's table of the sign test:
// ranks of the 95 % interval of a median.
TEST(statistics, ranks_of_the_median_are_those_of_published_tables) {
  const std::vector<std::pair<std::uint64_t, RankInterval>> table = {
      {6, {1, 6}}, {10, {2, 9}}, {15, {4, 12}}, {20, {6, 15}}, {25, {8, 18}}, {50, {18, 33}}};
  for (const auto& [n, ranks] : table) EXPECT_EQ(quantile_ranks(0.5, n, 0.95), ranks) << n;
  EXPECT_EQ(quantile_ranks(0.5, 5, 0.95), RankInterval());
}

// Wilks's numbers as the IAEA's Safety Reports Series 52, table 1 has them: one-sided 95/95, 95/99,
// 99/95, 99/99. One end of a two-sided interval has half the error.
TEST(statistics, as_many_values_as_wilks_asks_for) {
  EXPECT_EQ(values_to_bound(0.95, 0.90), 59u);
  EXPECT_EQ(values_to_bound(0.95, 0.98), 90u);
  EXPECT_EQ(values_to_bound(0.99, 0.90), 299u);
  EXPECT_EQ(values_to_bound(0.99, 0.98), 459u);
  EXPECT_EQ(values_to_bound(0.5, 0.99), 8u);
  for (const double quantile : {0.5, 0.9, 0.95, 0.99, 0.999, 0.9999}) {
    const auto n = values_to_bound(quantile, 0.99);
    EXPECT_EQ(quantile_ranks(quantile, n, 0.99).high, n) << quantile;
    EXPECT_EQ(quantile_ranks(quantile, n - 1, 0.99).high, 0u) << quantile;
  }
}

// The table of Clopper and Pearson for n = 10 at 95 %, as in Blyth and Still, JASA 78, 1983.
TEST(statistics, shares_are_those_of_published_tables) {
  const std::vector<std::pair<std::uint64_t, ShareInterval>> table = {
      {0, {0, 0.3085}}, {1, {0.0025, 0.4450}}, {5, {0.1871, 0.8129}}, {10, {0.6915, 1}}};
  for (const auto& [k, expected] : table) {
    const auto got = share_interval(k, 10, 0.95);
    EXPECT_NEAR(got.low, expected.low, 5e-5) << k;
    EXPECT_NEAR(got.high, expected.high, 5e-5) << k;
  }
  EXPECT_EQ(share_interval(0, 0, 0.99).high, 1);
  // Each end leaves exactly its tail (enumerated).
  const auto share = share_interval(7, 1000, 0.99);
  EXPECT_NEAR(static_cast<double>(1 - at_most(1000, share.low)[6]), 0.005, 1e-9);
  EXPECT_NEAR(static_cast<double>(at_most(1000, share.high)[7]), 0.005, 1e-9);
}

// NIST/SEMATECH e-Handbook, 1.3.6.7.2: t of 0.995, and the normal quantile.
TEST(statistics, student_is_that_of_published_tables) {
  EXPECT_NEAR(student(0.99, 1), 63.657, 5e-4);
  EXPECT_NEAR(student(0.99, 9), 3.250, 5e-4);
  EXPECT_NEAR(student(0.99, 39), 2.708, 5e-4);
  EXPECT_NEAR(student(0.99, std::nullopt), 2.576, 5e-4);
}

TEST(statistics, spread_widens_an_interval_and_never_narrows_it) {
  const auto plain = quantile_ranks(0.99, 10'000, 0.99);
  auto before = plain;
  for (const double spread : {1.5, 2.0, 5.0, 15.0}) {
    const auto wider = quantile_ranks(0.99, 10'000, 0.99, spread);
    EXPECT_LT(wider.low, before.low);
    EXPECT_GT(wider.high, before.high);
    before = wider;
  }
  // 10,000 values that tell as much as 500 do bound it from below alone.
  EXPECT_EQ(quantile_ranks(0.99, 10'000, 0.99, 20).high, 0u);
  EXPECT_GT(quantile_ranks(0.99, 10'000, 0.99, 20).low, 0u);
}

TEST(statistics, spread_is_pearsons_chi_square_over_its_degrees_of_freedom) {
  // Eight blocks of 100, of which half have 0 and half 20 above: each is off by 10, the variance
  // is 9, so 8 x 100 / 9 / 7; student(7) / normal is 3.4995 / 2.5758.
  std::vector<Block> blocks;
  for (int i = 0; i < 8; ++i) blocks.push_back({100, i % 2 ? 20u : 0u});
  const double chi = 800.0 / 9 / 7;
  EXPECT_NEAR(spread(blocks, 0.99), 1 + (chi - 1) * std::pow(3.49948 / 2.57583, 2), 1e-3);
  EXPECT_EQ(spread(std::span(blocks).first(7), 0.99), 1);  // too few to tell
  for (auto& block : blocks) block.above = 0;
  EXPECT_EQ(spread(blocks, 0.99), 1);
  for (auto& block : blocks) block.above = 10;
  EXPECT_EQ(spread(blocks, 0.99), 1);  // more even than chance
}

TEST(statistics, waves_longer_than_a_block_are_seen_in_joined_blocks) {
  // Single blocks differ by little; sixteen in a row do not.
  std::vector<Block> blocks;
  for (int i = 0; i < 128; ++i) blocks.push_back({100, i / 16 % 2 ? 13u : 7u});
  double single = 0;
  for (const auto& block : blocks)
    single += std::pow(static_cast<double>(block.above) - 10, 2) / 9 / 127;
  EXPECT_GT(spread(blocks, 0.99), 8 * single);
}

/// How often the interval of p99 lies wholly above or below the truth, values hanging together by
/// `chain`: a value is the last one again with that chance.
struct Missed {
  int above = 0, below = 0, unbounded = 0;
};

/// SplitMix64 (Steele, Lea and Flood, 2014): cheap in a build that is not optimised.
struct Random {
  std::uint64_t state = 7;
  double operator()() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
};

/// Values are uniform, so p99 is 0.99; how many lie below it decides about every rank.
Missed simulate(int runs, std::uint64_t n, double chain) {
  Missed missed;
  Random random;
  double value = random();
  for (int run = 0; run < runs; ++run) {
    std::array<Block, 40> at_p99, at_p90;
    std::uint64_t below = 0;
    for (std::uint64_t i = 0; i < n; ++i) {
      if (chain == 0 || random() >= chain) value = random();
      const auto block = i * at_p99.size() / n;
      ++at_p99[block].n;
      ++at_p90[block].n;
      at_p99[block].above += value > 0.99;
      at_p90[block].above += value > 0.9;
      below += value <= 0.99;
    }
    const auto ranks =
        quantile_ranks(0.99, n, 0.99, std::max(spread(at_p99, 0.99), spread(at_p90, 0.99)));
    missed.above += ranks.low > below;
    missed.unbounded += ranks.high == 0;
    missed.below += ranks.high > 0 && ranks.high <= below;
  }
  return missed;
}

TEST(statistics, intervals_hold_what_they_promise_also_where_values_hang_together) {
  constexpr int runs = 500;
  for (const auto& [chain, n] : {std::pair(0.0, 2000u), {0.5, 4000u}, {0.9, 8000u}}) {
    const auto missed = simulate(runs, n, chain);
    fmt::print("p99 of {}, repeated with chance {}: {} above, {} below, {} unbounded of {}\n", n,
               chain, missed.above, missed.below, missed.unbounded, runs);
    // 2.5 are due of each end; 10 would be beyond chance for a right formula (p < 1e-3).
    EXPECT_LE(missed.above, 9);
    EXPECT_LE(missed.below, 9);
    EXPECT_LT(missed.unbounded, chain > 0 ? runs : runs / 20);
  }
}

}  // namespace
}  // namespace ingress_check
