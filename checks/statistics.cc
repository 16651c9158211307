#include "checks/statistics.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <vector>

#include "checks/statistics_math.h"

namespace ingress_check {

namespace {

using math::at_most;
using math::Quiet;

double tail_of(double confidence) { return (1 - confidence) / 2; }

/// The first rank in [1, n] for which `holds`, which stays true from there on; n + 1: none.
template <class Holds>
std::uint64_t first(std::uint64_t n, Holds holds) {
  std::uint64_t low = 1, high = n + 1;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (holds(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

std::vector<Block> joined_by_two(const std::vector<Block>& blocks) {
  std::vector<Block> joined;
  for (std::size_t i = 0; i + 1 < blocks.size(); i += 2)
    joined.push_back({blocks[i].n + blocks[i + 1].n, blocks[i].above + blocks[i + 1].above});
  return joined;
}

/// Pearson's chi-square over its degrees of freedom, the excess over 1 as uncertain as it is.
double spread_at(const std::vector<Block>& blocks, double confidence) {
  double n = 0, above = 0;
  for (const auto& block : blocks) {
    n += static_cast<double>(block.n);
    above += static_cast<double>(block.above);
  }
  if (above == 0 || above == n) return 1;
  const double share = above / n;
  double chi_square = 0;
  for (const auto& block : blocks) {
    const auto of = static_cast<double>(block.n);
    const double off = static_cast<double>(block.above) - of * share;
    chi_square += off * off / (of * share * (1 - share));
  }
  const double degrees = static_cast<double>(blocks.size()) - 1;
  const double ratio = student(confidence, degrees) / student(confidence, std::nullopt);
  return 1 + std::max(0.0, chi_square / degrees - 1) * ratio * ratio;
}

}  // namespace

RankInterval quantile_ranks(double quantile, std::uint64_t n, double confidence, double spread) {
  const double tail = tail_of(confidence);
  const double effective = static_cast<double>(n) / spread;
  // Where values hang together, ranks lie between those of as many independent ones: each end is
  // rounded away from the quantile.
  const auto too_high = first(n, [&](std::uint64_t rank) {
    return at_most((static_cast<double>(rank) - 1) / spread, effective, quantile) > tail;
  });
  const auto high = first(n, [&](std::uint64_t rank) {
    return at_most(static_cast<double>(rank) / spread - 1, effective, quantile) >= 1 - tail;
  });
  return {too_high - 1, high > n ? 0 : high};
}

std::uint64_t values_to_bound(double quantile, double confidence) {
  return static_cast<std::uint64_t>(
      std::max(1.0, std::ceil(std::log(tail_of(confidence)) / std::log(quantile) - 1e-9)));
}

ShareInterval share_interval(std::uint64_t k, std::uint64_t n, double confidence) {
  if (n == 0) return {};
  const double tail = tail_of(confidence);
  const auto seen = static_cast<double>(k), of = static_cast<double>(n);
  return {k == 0 ? 0 : math::ibeta_inv(seen, of - seen + 1, tail, Quiet()),
          k == n ? 1 : math::ibeta_inv(seen + 1, of - seen, 1 - tail, Quiet())};
}

double spread(std::span<const Block> blocks, double confidence) {
  std::vector<Block> all;
  for (const auto& block : blocks)
    if (block.n > 0) all.push_back(block);
  double greatest = 1;
  for (; all.size() >= least_blocks; all = joined_by_two(all))
    greatest = std::max(greatest, spread_at(all, confidence));
  return greatest;
}

double student(double confidence, std::optional<double> degrees) {
  const double tails = 1 - confidence;
  if (!degrees) return std::sqrt(2.0) * math::erf_inv(confidence, Quiet());
  // t^2 / (degrees + t^2) is beta distributed (Abramowitz and Stegun, 26.7.1).
  const double x = math::ibeta_inv(*degrees / 2, 0.5, tails, Quiet());
  return std::sqrt(*degrees * (1 / x - 1));
}

}  // namespace ingress_check
