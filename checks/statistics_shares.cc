// Tests of shares, and how many trials they need.
#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "checks/statistics.h"
#include "checks/statistics_math.h"

namespace ingress_check {

namespace {

/// The normal quantile that leaves so much above it.
double upper_normal(double tail) {
  return std::sqrt(2.0) * math::erfc_inv(2 * tail, math::Quiet());
}

/// The greatest k of n that is rejected as too few; -1: none. The tail grows with k.
double too_few(double n, double claimed, double tail) {
  double low = -1, high = n;
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (math::at_most(middle, n, claimed) <= tail ? low : high) = middle;
  }
  return low;
}

}  // namespace

Tails binomial_tails(std::uint64_t k, std::uint64_t n, double share) {
  const auto seen = static_cast<double>(k), of = static_cast<double>(n);
  return {math::at_most(seen, of, share), math::at_least(seen, of, share)};
}

double multinomial_test(std::span<const std::uint64_t> counts, std::span<const double> shares) {
  std::uint64_t n = 0;
  for (const auto count : counts) n += count;
  if (n == 0) return 1;
  double least = 1;
  for (std::size_t i = 0; i < counts.size() && i < shares.size(); ++i)
    least = std::min(least, binomial_tails(counts[i], n, shares[i]).both());
  // Of two categories one is the other's rest: both tests are the same.
  const double tests = counts.size() > 2 ? static_cast<double>(counts.size()) : 1;
  return std::min(1.0, least * tests);
}

double binomial_power(std::uint64_t n, double claimed, double real, double alpha) {
  const auto of = static_cast<double>(n);
  const double few = too_few(of, claimed, alpha / 2);
  const double many = of - too_few(of, 1 - claimed, alpha / 2);  // seen from the other side
  return math::at_most(few, of, real) + math::at_least(many, of, real);
}

std::uint64_t trials_to_tell(double claimed, double real, double alpha, double power) {
  const double off = std::abs(real - claimed);
  const double needed = upper_normal(alpha / 2) * std::sqrt(claimed * (1 - claimed)) +
                        upper_normal(1 - power) * std::sqrt(real * (1 - real));
  auto n = static_cast<std::uint64_t>(std::ceil(std::max(1.0, needed * needed / off / off)));
  const auto more = [](std::uint64_t trials) {
    return trials + std::max<std::uint64_t>(1, trials / 100);
  };
  // Power is a saw-tooth of n: that it is kept with a few more says that its teeth are above, too.
  const auto kept = [&](std::uint64_t from) {
    for (std::uint64_t trials = from; trials < from + 4; ++trials)
      if (binomial_power(trials, claimed, real, alpha) < power) return false;
    return true;
  };
  while (!kept(n)) n = more(n);
  return n;
}

}  // namespace ingress_check
