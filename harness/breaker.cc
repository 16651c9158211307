#include "harness/breaker.h"

#include <fmt/format.h>

namespace ingress_check {
namespace {

constexpr Duration window = std::chrono::seconds(5);
constexpr Duration at_least = std::chrono::seconds(1);  // a burst of failures is not yet a trend
constexpr std::uint64_t enough = 100;                   // requests

}  // namespace

bool CircuitBreaker::blows(Instant now, const LoadProgress& totals) {
  if (!limits_ || !why_.empty()) return !why_.empty();
  marks_.push_back({now, totals});
  while (marks_.size() > 1 && now - marks_[1].at >= window) marks_.pop_front();
  const LoadProgress& before = marks_.front().totals;
  const std::uint64_t done = totals.done - before.done;
  if (done < enough || now - marks_.front().at < at_least) return false;
  const std::uint64_t bad = totals.failed - before.failed + totals.unprovoked - before.unprovoked;
  const double share = static_cast<double>(bad) / static_cast<double>(done);
  const std::uint64_t answers = done - (totals.failed - before.failed);
  const Duration mean(answers > 0 ? (totals.latency_ns - before.latency_ns) / answers : 0);
  if (share > limits_->errors)
    why_ = fmt::format("stopped by the circuit breaker: {:.0f}% of the last {} requests failed",
                       share * 100, done);
  else if (limits_->latency > Duration::zero() && mean > limits_->latency)
    why_ = fmt::format("stopped by the circuit breaker: the last {} answers took {} on average",
                       answers, to_string(mean));
  return !why_.empty();
}

}  // namespace ingress_check
