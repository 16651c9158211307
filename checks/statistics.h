// What a sample tells of what it was drawn from: intervals for percentiles and shares, and how many
// requests a claim needs. Pure functions, each with the source of its formula. `confidence` is that
// of a two-sided interval: with 0.99 either end is wrong at most 5 times in 1,000.
#pragma once

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

}  // namespace ingress_check
