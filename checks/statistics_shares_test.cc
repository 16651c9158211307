// Oracles: enumeration of every outcome, and published tables.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "checks/statistics.h"

namespace ingress_check {
namespace {

double factorial(std::uint64_t n) { return std::tgamma(static_cast<double>(n) + 1); }

/// Every way to spread n over `shares`, with its chance.
void every_outcome(std::uint64_t n, const std::vector<double>& shares,
                   const std::function<void(const std::vector<std::uint64_t>&, double)>& tell) {
  std::vector<std::uint64_t> counts(shares.size());
  const std::function<void(std::size_t, std::uint64_t, double)> place =
      [&](std::size_t i, std::uint64_t left, double chance) {
        if (i + 1 == shares.size()) {
          counts[i] = left;
          tell(counts, chance * std::pow(shares[i], static_cast<double>(left)) / factorial(left));
          return;
        }
        for (std::uint64_t here = 0; here <= left; ++here) {
          counts[i] = here;
          place(i + 1, left - here,
                chance * std::pow(shares[i], static_cast<double>(here)) / factorial(here));
        }
      };
  place(0, n, factorial(n));
}

// Conover, Practical Nonparametric Statistics, 3rd ed., table A3: n = 10, p = 0.5 and n = 20, p =
// 0.3.
TEST(statistics_shares, binomial_tails_are_those_of_published_tables) {
  EXPECT_NEAR(binomial_tails(2, 10, 0.5).low, 0.0547, 5e-5);
  EXPECT_NEAR(binomial_tails(8, 10, 0.5).high, 0.0547, 5e-5);
  EXPECT_NEAR(binomial_tails(3, 20, 0.3).low, 0.1071, 5e-5);
  EXPECT_NEAR(binomial_tails(10, 20, 0.3).high, 1 - 0.9520, 5e-5);
  EXPECT_DOUBLE_EQ(binomial_tails(0, 30, 0.5).low, std::pow(0.5, 30));
  EXPECT_DOUBLE_EQ(binomial_tails(5, 10, 0.5).both(), 1);
}

TEST(statistics_shares, a_multinomial_test_rejects_what_is_true_at_most_as_often_as_it_says) {
  const std::vector<std::vector<double>> claims = {
      {0.5, 0.5}, {0.7, 0.3}, {0.25, 0.25, 0.25, 0.25}, {0.6, 0.3, 0.1}};
  for (const auto& shares : claims)
    for (const std::uint64_t n : {1u, 7u, 20u, 40u})
      for (const double alpha : {0.2, 0.05, 0.001}) {
        double rejected = 0, all = 0;
        every_outcome(n, shares, [&](const auto& counts, double chance) {
          all += chance;
          if (multinomial_test(counts, shares) <= alpha) rejected += chance;
        });
        ASSERT_NEAR(all, 1, 1e-9);
        EXPECT_LE(rejected, alpha * (1 + 1e-9)) << n << " at " << alpha;
        if (n == 40 && alpha == 0.05) {
          EXPECT_GT(rejected, alpha / 8) << "it hardly ever rejects";
        }
      }
}

TEST(statistics_shares, a_multinomial_test_finds_what_is_false) {
  const std::vector<double> even(4, 0.25);
  EXPECT_LT(multinomial_test(std::vector<std::uint64_t>{0, 100, 100, 100}, even), 1e-30);
  EXPECT_LT(multinomial_test(std::vector<std::uint64_t>{400, 200, 200, 200}, even), 1e-20);
  EXPECT_EQ(multinomial_test(std::vector<std::uint64_t>{250, 250, 250, 250}, even), 1);
  EXPECT_EQ(multinomial_test(std::vector<std::uint64_t>{0, 0, 0, 0}, even), 1);
}

TEST(statistics_shares, power_is_that_of_every_result_summed) {
  for (const std::uint64_t n : {5u, 20u, 60u})
    for (const double real : {0.1, 0.5, 0.62}) {
      double rejected = 0;
      every_outcome(n, {real, 1 - real}, [&](const auto& counts, double chance) {
        const auto tails = binomial_tails(counts[0], n, 0.7);
        if (std::min(tails.low, tails.high) <= 0.005) rejected += chance;
      });
      EXPECT_NEAR(binomial_power(n, 0.7, real, 0.01), rejected, 1e-9) << n << " " << real;
    }
}

// Fleiss, 2.4, and every sample-size table: p 0.5 against 0.6, two-sided 5 %, power 80 %: 194
// without and about 200 with the exact test.
TEST(statistics_shares, as_many_trials_as_published_tables_ask_for) {
  const auto n = trials_to_tell(0.5, 0.6, 0.05, 0.8);
  EXPECT_GE(n, 190u);
  EXPECT_LE(n, 212u);
  for (const double alpha : {1e-4, 1e-6, 1e-8})
    for (const auto& [claimed, real] : {std::pair(0.7, 0.62), {0.5, 0.55}, {0.05, 0.075}}) {
      const auto trials = trials_to_tell(claimed, real, alpha, 0.99);
      EXPECT_GE(binomial_power(trials, claimed, real, alpha), 0.99);
      EXPECT_LT(binomial_power(trials * 9 / 10, claimed, real, alpha), 0.99);
    }
  EXPECT_LE(trials_to_tell(0.7, 0.62, 1e-4, 0.99), 2000u);
}

// NIST/SEMATECH e-Handbook, 1.3.6.7.4.
TEST(statistics_evenness, chi_square_is_that_of_published_tables) {
  EXPECT_NEAR(chi_square_tails(3.841, 1).high, 0.05, 1e-4);
  EXPECT_NEAR(chi_square_tails(18.307, 10).high, 0.05, 1e-5);
  EXPECT_NEAR(chi_square_tails(149.449, 100).high, 0.001, 1e-6);
  EXPECT_NEAR(chi_square_tails(3.940, 10).low, 0.05, 1e-4);
  EXPECT_NEAR(chi_square_tails(61.918, 100).low, 0.001, 1e-5);
  EXPECT_EQ(chi_square_tails(0, 4).low, 0);
}

/// Chi-square of three blocks, enumerated: P(at most), P(at least).
TEST(statistics_evenness, a_far_tail_bounds_what_enumeration_finds) {
  constexpr std::size_t categories = 3, block = 9;
  std::map<long, double> one;  // sum of squares of one block -> chance
  every_outcome(block, std::vector<double>(categories, 1.0 / categories),
                [&](const auto& counts, double chance) {
                  long squares = 0;
                  for (const auto count : counts) squares += static_cast<long>(count * count);
                  one[squares] += chance;
                });
  std::map<long, double> all{{0, 1}};
  for (int i = 0; i < 6; ++i) {
    std::map<long, double> next;
    for (const auto& [a, p] : all)
      for (const auto& [b, q] : one) next[a + b] += p * q;
    all = std::move(next);
  }
  int compared = 0;
  for (const int turned : {0, 2, 4, 6}) {
    // So many blocks in strict turns, the others all of one category.
    std::vector<std::uint16_t> picks;
    for (int i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < block; ++j)
        picks.push_back(static_cast<std::uint16_t>(i < turned ? j % categories : 0));
    const auto even = evenness(picks, categories, block);
    const long squares = turned * 27 + (6 - turned) * 81;
    double low = 0, high = 0;
    for (const auto& [value, chance] : all) {
      if (value <= squares) low += chance;
      if (value >= squares) high += chance;
    }
    for (const auto& [bound, exact] : {std::pair(even.tails.low, low), {even.tails.high, high}})
      if (bound < 0.01) {
        EXPECT_GE(bound, exact * (1 - 1e-9)) << turned;
        EXPECT_LE(bound, exact * 40) << turned;
        ++compared;
      }
  }
  EXPECT_GE(compared, 2);
}

TEST(statistics_evenness, chance_turns_and_favour_are_told_apart) {
  std::mt19937_64 random(1);
  std::vector<std::uint16_t> chance, turns, runs;
  for (std::uint16_t i = 0; i < 3000; ++i) {
    chance.push_back(static_cast<std::uint16_t>(random() % 3));
    turns.push_back(i % 3);
    runs.push_back(i / 50 % 3);
  }
  for (const std::size_t block : {6u, 24u, 96u}) {
    EXPECT_GT(evenness(chance, 3, block).tails.both(), 1e-3);
    EXPECT_LT(evenness(turns, 3, block).tails.low, 1e-9);
    EXPECT_LT(evenness(runs, 3, block).tails.high, 1e-9);
  }
  EXPECT_NEAR(evenness(chance, 3, 24).ratio(), 1, 0.3);
  EXPECT_EQ(evenness({}, 3, 24).ratio(), 1);
}

}  // namespace
}  // namespace ingress_check
