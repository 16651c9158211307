#include "checks/load_reading.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// SplitMix64 (Steele, Lea and Flood, 2014): cheap in a build that is not optimised.
struct Random {
  std::uint64_t state = 11;
  double operator()() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
};

LoadReply reply_of(const std::vector<Duration>& latencies, Duration lasted, bool samples = true) {
  LoadReply reply;
  reply.lasted = lasted;
  reply.requests.resize(1);
  reply.seconds.resize(static_cast<std::size_t>(lasted / seconds(1)));
  if (samples) reply.samples.resize(1);
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    const auto took = static_cast<std::uint64_t>(latencies[i].count());
    Sample sample;
    sample.due =
        lasted.count() * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(latencies.size());
    sample.sent = sample.due;
    sample.done = sample.due + latencies[i].count();
    reply.response.record(took);
    reply.requests[0].response.record(took);
    reply.seconds[static_cast<std::size_t>(sample.due / 1'000'000'000)].response.record(took);
    if (samples) reply.samples[0].push_back(sample);
  }
  reply.counts.due = latencies.size();
  return reply;
}

/// Exponential latencies with a mean of 10 ms; a value is the last one again with that chance.
std::vector<Duration> exponential(std::size_t n, double chain, Random& random) {
  std::vector<Duration> all;
  double value = random();
  for (std::size_t i = 0; i < n; ++i) {
    if (chain == 0 || random() >= chain) value = random();
    all.push_back(Duration(static_cast<Duration::rep>(-1e7 * std::log1p(-value))));
  }
  return all;
}

TEST(load_reading, a_percentile_lies_between_two_values_of_the_sample) {
  Random random;
  const auto reply = reply_of(exponential(4000, 0, random), seconds(10));
  const auto p99 = Latencies(reply, {}).percentile(0.99);
  EXPECT_EQ(p99.n, 4000u);
  EXPECT_LT(p99.low, p99.value);
  EXPECT_GT(*p99.high, p99.value);
  const Duration truth(static_cast<Duration::rep>(1e7 * std::log(100)));
  EXPECT_LE(p99.low, truth);
  EXPECT_GE(*p99.high, truth);
  EXPECT_TRUE(p99.beyond(milliseconds(30)));
  EXPECT_TRUE(p99.within(milliseconds(70)));
  EXPECT_FALSE(p99.beyond(truth) || p99.within(truth));
}

TEST(load_reading, too_few_answers_give_no_upper_end) {
  Random random;
  const auto few = reply_of(exponential(527, 0, random), seconds(10));
  EXPECT_FALSE(Latencies(few, {}).percentile(0.99).high);
  EXPECT_TRUE(Latencies(few, {}).percentile(0.9).high);
  const auto enough = reply_of(exponential(1200, 0, random), seconds(10));
  EXPECT_TRUE(Latencies(enough, {}).percentile(0.99).high);
  const auto none = reply_of({}, seconds(10));
  EXPECT_EQ(Latencies(none, {}).percentile(0.99).n, 0u);
  const auto one = reply_of({milliseconds(3)}, seconds(10));
  EXPECT_EQ(Latencies(one, {}).percentile(0.5).value, milliseconds(3));
}

TEST(load_reading, clusters_of_slow_answers_widen_the_interval) {
  Random random;
  const auto alone = reply_of(exponential(4000, 0, random), seconds(10));
  const auto together = reply_of(exponential(4000, 0.9, random), seconds(10));
  EXPECT_LT(Latencies(alone, {}).percentile(0.9).spread, 3);
  EXPECT_GT(Latencies(together, {}).percentile(0.9).spread, 6);
  const auto by_seconds = reply_of(exponential(4000, 0.9, random), seconds(10), false);
  EXPECT_GT(Latencies(by_seconds, {}).percentile(0.9).spread, 4);
}

// A hiccup of 2 ms in a few places says nothing against a limit of 250 ms that nothing came near.
TEST(load_reading, what_nothing_came_near_is_decided_by_numbers_alone) {
  std::vector<Duration> latencies(3200, std::chrono::microseconds(200));
  for (std::size_t i = 0; i < 40; ++i) latencies[1000 + i] = milliseconds(2);
  const auto reply = reply_of(latencies, seconds(4));
  const auto p99 = Latencies(reply, {}).percentile(0.99);
  EXPECT_GT(p99.spread, 10);
  ASSERT_TRUE(p99.high);
  EXPECT_EQ(*p99.high, milliseconds(4));
}

TEST(load_reading, phases_of_the_same_load_are_read_together) {
  Random random;
  const auto one = reply_of(exponential(400, 0, random), seconds(4)),
             two = reply_of(exponential(400, 0, random), seconds(4));
  Latencies both(one, {});
  EXPECT_FALSE(both.percentile(0.99).high);
  both.add(two, {});
  EXPECT_EQ(both.n(), 800u);
  EXPECT_TRUE(both.percentile(0.99).high);
}

TEST(load_reading, intervals_hold_what_they_promise_also_where_values_hang_together) {
  constexpr int runs = 400;
  Random random;
  const Duration truth(static_cast<Duration::rep>(1e7 * std::log(100)));
  for (const auto& [chain, n] : {std::pair(0.0, 1500u), {0.5, 3000u}, {0.9, 6000u}}) {
    int above = 0, below = 0, open = 0;
    for (int run = 0; run < runs; ++run) {
      const auto reply = reply_of(exponential(n, chain, random), seconds(20));
      const auto p99 = Latencies(reply, {}).percentile(0.99);
      above += p99.beyond(truth);
      below += p99.within(truth);
      open += !p99.high;
    }
    fmt::print("p99 of {}, repeated with chance {}: {} above, {} below, {} unbounded of {}\n", n,
               chain, above, below, open, runs);
    // 2 are due of each end; 9 would be beyond chance for a right interval (p < 1e-3).
    EXPECT_LE(above, 8);
    EXPECT_LE(below, 8);
  }
}

TEST(load_reading, words_and_numbers_are_rounded_for_people) {
  EXPECT_EQ(percentile_name(0.5), "p50");
  EXPECT_EQ(percentile_name(0.9999), "p99.99");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1234567), "1,234,567");
  EXPECT_EQ(rounded(Duration(1'234'567)), "1.23ms");
  EXPECT_EQ(rounded(Duration(61'249'000)), "61.2ms");
  EXPECT_EQ(rounded(Duration(1'460'000)), "1.46ms");
  EXPECT_EQ(rounded(Duration(999'600)), "1ms");
}

}  // namespace
}  // namespace ingress_check
