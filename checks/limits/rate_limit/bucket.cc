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
    if (one.fate == Arrival::Fate::refused) continue;
    may_from_.push_back(one.from);
    may_to_.push_back(one.to);
    if (one.fate == Arrival::Fate::unknown) continue;
    from_.push_back(one.from);
    to_.push_back(one.to);
  }
  make_rising(to_);
  make_rising(may_to_);
  for (const Arrival& one : arrivals)
    if (one.fate == Arrival::Fate::refused) refuse(one);
}

void Storm::refuse(const Arrival& one) {
  const auto up_to = [](const std::vector<double>& times, double time) {
    return static_cast<std::size_t>(std::ranges::upper_bound(times, time) - times.begin());
  };
  const Refusal refusal{one.from, up_to(may_from_, one.to), up_to(may_to_, one.from)};
  // Of those between the same accepted ones the last says most: the bucket had leaked the longest.
  if (!refused_.empty() && refused_.back().before == refusal.before &&
      refused_.back().surely == refusal.surely)
    refused_.back() = refusal;
  else
    refused_.push_back(refusal);
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
  double most = infinite;
  double begin = -infinite;  // the best of -i + r to[i] of those that surely came before
  std::size_t i = 0;
  for (const Refusal& one : refused_) {
    for (; i < one.surely; ++i) begin = std::max(begin, rate * may_to_[i] - static_cast<double>(i));
    const auto before = static_cast<double>(one.before);
    // Those before it at most, and the first of them that may have come as late as it did.
    double level = std::max(0.0, before - static_cast<double>(one.surely));
    if (one.surely > 0) level = std::max(level, before - rate * one.from + begin);
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
