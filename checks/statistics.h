// What a sample tells of what it was drawn from: intervals for percentiles and shares, tests of
// shares and of their evenness, and how many requests a claim needs. Pure functions, each with the
// source of its formula. `confidence` is that of a two-sided interval: with 0.99 either end is
// wrong at most 5 times in 1,000. `alpha` is how often a test may reject what is true.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ingress_check {

/// Ranks (1 the smallest) of two values of a sample, between which the quantile lies.
struct RankInterval {
  std::uint64_t low = 0;   ///< 0: the sample is too small to bound it from below
  std::uint64_t high = 0;  ///< 0: too small to bound it from above
  friend bool operator==(const RankInterval&, const RankInterval&) = default;
};

/// Whatever the distribution: how many of n independent values lie below the quantile is binomial,
/// so the smallest ranks whose tails are small enough enclose it (W. J. Conover, Practical
/// Nonparametric Statistics, 3rd ed., 3.2; Hahn and Meeker, Statistical Intervals, 5.2). `spread`
/// (1 or more) is the variance of that number over the binomial one, as spread() measures it: n
/// values then tell as much as n / spread independent ones (L. Kish, Survey Sampling, 8.2).
RankInterval quantile_ranks(double quantile, std::uint64_t n, double confidence, double spread = 1);

/// The least number of independent values of which the greatest is an upper bound of the quantile:
/// 1 - quantile^n reaches the confidence of that end (S. S. Wilks, Annals of Mathematical
/// Statistics 12, 1941, p. 91). With fewer nothing is decidable. `quantile` below 1.
std::uint64_t values_to_bound(double quantile, double confidence);

struct ShareInterval {
  double low = 0, high = 1;
};

/// Of a share of which k of n were seen, exact (C. J. Clopper and E. S. Pearson, Biometrika 26,
/// 1934, p. 404). All of [0, 1] if n is 0.
ShareInterval share_interval(std::uint64_t k, std::uint64_t n, double confidence);

/// A stretch of time: how many values it has, and how many of them are above the quantile.
struct Block {
  std::uint64_t n = 0, above = 0;
};

/// Blocks in order of time, fewer than which tell nothing about how values hang together.
inline constexpr std::size_t least_blocks = 8;

/// How much more the number above the quantile varies from block to block than it would if values
/// were independent: Pearson's chi-square over its degrees of freedom (McCullagh and Nelder,
/// Generalized Linear Models, 2nd ed., 4.5), of the blocks as they are and joined by two, by four
/// and so on while there are `least_blocks` (batch means: A. M. Law, Simulation Modeling and
/// Analysis, 9.5), the greatest of them. What exceeds 1 is known from few blocks only, so that it
/// counts as much more as Student's t exceeds the normal quantile, squared. 1 if there is nothing
/// to tell, no variance, or too few blocks.
double spread(std::span<const Block> blocks, double confidence);

/// Student's t of a two-sided interval, for the degrees of freedom; the normal quantile for none.
double student(double confidence, std::optional<double> degrees);

/// The chance of a value as small as the one seen or smaller, and of one as great or greater.
struct Tails {
  double low = 1, high = 1;
  double both() const { return std::min(1.0, 2 * std::min(low, high)); }  ///< of a two-sided test
};

/// Of k of n, if each is one with the chance `share`: exact (Conover, 3.1; NIST DLMF 8.17.5).
Tails binomial_tails(std::uint64_t k, std::uint64_t n, double share);

/// How far counts are from the shares that are claimed of them, as the chance of it: the exact
/// two-sided binomial test of every category, times their number (C. E. Bonferroni, 1936), so that
/// it rejects what is true at most as often as it says, whatever the counts. `shares` add up to 1.
/// 1 if nothing was counted.
double multinomial_test(std::span<const std::uint64_t> counts, std::span<const double> shares);

/// How often the two-sided binomial test of n at `alpha` rejects `claimed` where the share is
/// `real`: summed over all results, exact (J. Cohen, Statistical Power Analysis, 2nd ed., 1.2).
double binomial_power(std::uint64_t n, double claimed, double real, double alpha);

/// The fewest trials, rounded up to a hundredth, that reach this power, and keep it with more: the
/// formula of the normal distribution (J. L. Fleiss, Statistical Methods for Rates and Proportions,
/// 3rd ed., 2.4) as a start, then exactly. `claimed` and `real` differ, both within (0, 1).
std::uint64_t trials_to_tell(double claimed, double real, double alpha, double power);

/// Both tails of the chi-square distribution (Abramowitz and Stegun, 26.4.19).
Tails chi_square_tails(double x, double degrees);

/// How evenly picks fall into categories, block by block.
struct Evenness {
  std::size_t blocks = 0;
  double chi_square = 0, degrees = 0;
  Tails tails;
  /// Of the variance that chance would have: 1 for chance, less for turns, more for preferences.
  double ratio() const { return degrees > 0 ? chi_square / degrees : 1; }
};

/// Pearson's chi-square of the picks (below `categories`, in order of time) against equal shares,
/// summed over consecutive whole blocks of so many. A tail below 1 % is an upper bound that holds
/// for any number of picks: H. Chernoff's (Annals of Mathematical Statistics 23, 1952, p. 493) with
/// the moment generating function of multinomial counts, computed exactly; else the chi-square
/// distribution's. No blocks: nothing to tell. `categories` at least 2, `block` from 1 to 512.
Evenness evenness(std::span<const std::uint16_t> picks, std::size_t categories, std::size_t block);

}  // namespace ingress_check
