// Whether picks are more even, or less, than chance would have them.
#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "checks/statistics.h"
#include "checks/statistics_math.h"

namespace ingress_check {

namespace {

using Polynomial = std::vector<double>;  // of degree block, the rest cut off

Polynomial product(const Polynomial& a, const Polynomial& b) {
  Polynomial out(a.size(), 0.0);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; a[i] != 0 && i + j < out.size(); ++j) out[i + j] += a[i] * b[j];
  return out;
}

Polynomial power(Polynomial base, std::size_t exponent) {
  Polynomial out(base.size(), 0.0);
  out[0] = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2) out = product(out, base);
    if (exponent > 1) base = product(base, base);
  }
  return out;
}

/// One block of multinomial counts with equal shares.
class Counts {
 public:
  Counts(std::size_t categories, std::size_t block)
      : categories_(categories),
        block_(block),
        mean_(static_cast<double>(block) / static_cast<double>(categories)) {}

  /// log E exp(t X) of its chi-square X. Counts are independent Poisson variables on condition of
  /// their sum (W. Feller, An Introduction to Probability Theory, 3rd ed., IX.9, problem 6), so the
  /// expectation is a coefficient of a power of one generating function.
  double log_moment(double t) const {
    Polynomial one(block_ + 1);
    for (std::size_t i = 0; i <= block_; ++i) {
      const auto count = static_cast<double>(i);
      const double off = count - mean_;
      one[i] = std::exp(count * std::log(mean_) - mean_ - std::lgamma(count + 1) +
                        t * off * off / mean_);
    }
    const auto of = static_cast<double>(block_);
    const double sum_is_block = of * std::log(of) - of - std::lgamma(of + 1);
    return std::log(power(std::move(one), categories_)[block_]) - sum_is_block;
  }

  /// The greatest t for which no term leaves the range of a double.
  double most() const {
    const double off = static_cast<double>(block_) - mean_;
    return std::min(2.0, 500 * mean_ / (off * off));
  }

 private:
  std::size_t categories_, block_;
  double mean_;
};

/// min over t between 0 and `end` of exp(-t x + blocks log E exp(t X)); its logarithm is convex.
double chernoff(const Counts& counts, double blocks, double x, double end) {
  const auto log_bound = [&](double t) { return blocks * counts.log_moment(t) - t * x; };
  // Golden sections: one of the two inner points is used again.
  constexpr double golden = 0.6180339887498949;
  double from = 0, to = end;
  double a = to - golden * (to - from), b = from + golden * (to - from);
  double at_a = log_bound(a), at_b = log_bound(b);
  for (int i = 0; i < 14; ++i) {
    if (at_a < at_b) {
      to = std::exchange(b, a);
      at_b = at_a;
      at_a = log_bound(a = to - golden * (to - from));
    } else {
      from = std::exchange(a, b);
      at_a = at_b;
      at_b = log_bound(b = from + golden * (to - from));
    }
  }
  const double least = std::min(at_a, at_b);
  return std::isfinite(least) ? std::min(1.0, std::exp(least)) : 1;
}

}  // namespace

Tails chi_square_tails(double x, double degrees) {
  if (x <= 0) return {0, 1};
  return {math::gamma_p(degrees / 2, x / 2, math::Quiet()),
          math::gamma_q(degrees / 2, x / 2, math::Quiet())};
}

Evenness evenness(std::span<const std::uint16_t> picks, std::size_t categories, std::size_t block) {
  Evenness even;
  even.blocks = picks.size() / block;
  if (even.blocks == 0) return even;
  const double mean = static_cast<double>(block) / static_cast<double>(categories);
  std::vector<std::uint32_t> counts(categories);
  for (std::size_t i = 0; i < even.blocks; ++i) {
    std::ranges::fill(counts, 0);
    for (const auto pick : picks.subspan(i * block, block)) ++counts[pick];
    for (const auto count : counts) even.chi_square += (count - mean) * (count - mean) / mean;
  }
  even.degrees = static_cast<double>(even.blocks) * static_cast<double>(categories - 1);
  even.tails = chi_square_tails(even.chi_square, even.degrees);
  constexpr double far_out = 0.01;
  const Counts one(categories, block);
  const auto blocks = static_cast<double>(even.blocks);
  if (even.tails.high < far_out)
    even.tails.high = chernoff(one, blocks, even.chi_square, one.most());
  if (even.tails.low < far_out) even.tails.low = chernoff(one, blocks, even.chi_square, -20.0);
  return even;
}

}  // namespace ingress_check
