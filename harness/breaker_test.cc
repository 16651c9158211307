#include "harness/breaker.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Load with(std::optional<Breaker> breaker) {
  Load load;
  load.breaker = std::move(breaker);
  return load;
}

/// 100 requests a second, looked at ten times a second; of each ten so many failed or were 5xx, and
/// every answer took so long. When it blew, if within 20 s.
std::optional<Duration> blown(const Breaker& breaker, std::uint64_t failed, std::uint64_t errors,
                              Duration latency = milliseconds(1), Duration good_until = {}) {
  CircuitBreaker circuit(with(breaker));
  LoadProgress totals;
  for (Duration at{}; at < seconds(20); at += milliseconds(100)) {
    const bool good = at < good_until;
    totals.done += 10;
    totals.failed += good ? 0 : failed;
    totals.unprovoked += good ? 0 : errors;
    totals.latency_ns += (10 - (good ? 0 : failed)) * static_cast<std::uint64_t>(latency.count());
    if (circuit.blows(Instant{} + at, totals)) return at;
  }
  return std::nullopt;
}

TEST(Breaker, BlowsWhenMoreThanTheShareFails) {
  EXPECT_EQ(blown({}, 5, 0), std::nullopt) << "half is not more than half";
  EXPECT_EQ(blown({}, 6, 0), Duration(milliseconds(1000))) << "after a second and 100 requests";
  EXPECT_EQ(blown({}, 3, 3), Duration(milliseconds(1000))) << "5xx count as well";
  EXPECT_EQ(blown({.errors = 0.9}, 6, 0), std::nullopt);
}

TEST(Breaker, LooksAtTheLastSecondsAlone) {
  const auto at = blown({}, 10, 0, milliseconds(1), seconds(10));
  ASSERT_TRUE(at);
  EXPECT_GT(*at, seconds(12));
  EXPECT_LT(*at, seconds(13)) << "more than half of 5 s";
}

TEST(Breaker, LatencyCountsWhereItIsAskedFor) {
  EXPECT_EQ(blown({}, 0, 0, seconds(9)), std::nullopt);
  EXPECT_TRUE(blown({.latency = seconds(1)}, 0, 0, seconds(2)));
  EXPECT_EQ(blown({.latency = seconds(1)}, 0, 0, milliseconds(900)), std::nullopt);
}

TEST(Breaker, WithoutLimitsItNeverBlows) {
  CircuitBreaker circuit(with(std::nullopt));
  LoadProgress totals;
  totals.done = totals.failed = 1000;
  EXPECT_FALSE(circuit.blows(Instant{}, totals));
  EXPECT_FALSE(circuit.blows(Instant{} + seconds(5), totals));
}

}  // namespace
}  // namespace ingress_check
