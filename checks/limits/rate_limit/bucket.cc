#include "checks/limits/rate_limit/bucket.h"

#include <algorithm>
#include <limits>

namespace ingress_check::rate_limit {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Every later one at least as late as the earlier ones: then those up to i have all arrived by
/// to[i], in whatever order.
void make_rising(std::vector<double>& to) {
  for (std::size_t i = 1; i < to.size(); ++i) to[i] = std::max(to[i], to[i - 1]);
}

}  // namespace

Storm::Storm(const std::vector<Arrival>& arrivals) {
  for (const Arrival& one : arrivals) {
    if (one.fate == Arrival::Fate::refused) {
      refused_.emplace_back(one.from, one.to);
      continue;
    }
    may_from_.push_back(one.from);
    may_to_.push_back(one.to);
    if (one.fate == Arrival::Fate::unknown) continue;
    from_.push_back(one.from);
    to_.push_back(one.to);
  }
  make_rising(to_);
  make_rising(may_to_);
}

double Storm::least_capacity(double rate) const {
  double least = from_.empty() ? 0 : 1;  // less takes nothing at all
  double begin = -infinite;              // the best of -i + r from[i]
  for (std::size_t j = 0; j < from_.size(); ++j) {
    const auto number = static_cast<double>(j);
    begin = std::max(begin, rate * from_[j] - number);
    least = std::max(least, number + 1 - rate * to_[j] + begin);
  }
  return least;
}

double Storm::most_capacity(double rate) const {
  std::vector<double> begin(may_to_.size());  // the best of -i + r to[i] up to each
  double best = -infinite;
  for (std::size_t i = 0; i < may_to_.size(); ++i)
    begin[i] = best = std::max(best, rate * may_to_[i] - static_cast<double>(i));
  double most = infinite;
  for (const auto& [from, to] : refused_) {
    // Those before it at most, and the first of them that may have come as late as it did.
    const auto before =
        static_cast<double>(std::ranges::upper_bound(may_from_, to) - may_from_.begin());
    const auto late =
        static_cast<std::size_t>(std::ranges::upper_bound(may_to_, from) - may_to_.begin());
    double level = std::max(0.0, before - static_cast<double>(late));
    if (late > 0) level = std::max(level, before - rate * from + begin[late - 1]);
    most = std::min(most, level + 1);
  }
  return most;
}

double Storm::edge(double explained, double not_explained) const {
  for (int i = 0; i < 20; ++i) {
    const double middle = (explained + not_explained) / 2;
    (explains(middle) ? explained : not_explained) = middle;
  }
  return explained;
}

std::optional<Fit> Storm::fit(double least, double most) const {
  if (refused_.empty() || from_.empty()) return std::nullopt;
  constexpr double step = 1.003;
  std::optional<double> first, last;
  for (double rate = least; rate <= most * step; rate *= step)
    if (explains(rate)) {
      if (!first) first = rate;
      last = rate;
    }
  if (!first) return std::nullopt;
  Fit fit;
  fit.rate = {edge(*first, *first / step), edge(*last, *last * step)};
  // Both bounds fall as the rate rises.
  fit.capacity = {least_capacity(fit.rate.high), most_capacity(fit.rate.low)};
  return fit;
}

}  // namespace ingress_check::rate_limit
