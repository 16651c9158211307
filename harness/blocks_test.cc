#include "harness/blocks.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Load steady(Duration lasts, Duration warm_up = seconds(1)) {
  Load load;
  load.requests.resize(1);
  load.arrivals = OpenLoop{.stages = {{100, 100, warm_up}, {100, 100, lasts}}};
  load.warm_up = warm_up;
  load.steady = true;
  return load;
}

TEST(blocks, are_at_least_six_of_five_seconds_each) {
  EXPECT_EQ(block_count(steady(seconds(30))), 6u);
  EXPECT_EQ(block_count(steady(seconds(60))), 12u);
  EXPECT_EQ(block_count(steady(seconds(42))), 7u);
  EXPECT_EQ(block_count(steady(seconds(29))), 1u);
  EXPECT_EQ(block_count(steady(seconds(31))), 1u);  // a prime: no equal blocks of whole seconds
}

TEST(blocks, what_is_not_steady_is_sent_whole) {
  auto load = steady(seconds(30));
  load.steady = false;
  EXPECT_EQ(block_count(load), 1u);
  load = steady(seconds(30));
  std::get<OpenLoop>(load.arrivals).stages[1].to = 200;
  EXPECT_EQ(block_count(load), 1u);
  load = steady(seconds(30), milliseconds(1500));  // slices of the timeline would not fit
  EXPECT_EQ(block_count(load), 1u);
  load = steady(seconds(30));
  load.clients.count = 3;
  EXPECT_EQ(block_count(load), 1u);
  load.clients.count = 0;
  load.arrivals = ClosedLoop{.lasts = seconds(31)};
  EXPECT_EQ(block_count(load), 6u);
  load.arrivals = ClosedLoop{.lasts = seconds(31), .requests = 1000};
  EXPECT_EQ(block_count(load), 1u);
}

TEST(blocks, each_has_a_warm_up_and_a_seed_of_its_own) {
  const auto load = steady(seconds(30));
  const auto second = block(load, 1, 6);
  EXPECT_EQ(second.lasts(), seconds(6));
  EXPECT_EQ(second.warm_up, seconds(1));
  EXPECT_EQ(second.seed, load.seed + 1);
  EXPECT_EQ(second.count(), 600u);
  auto closed = load;
  closed.arrivals = ClosedLoop{.lasts = seconds(31)};
  EXPECT_EQ(block(closed, 5, 6).lasts(), seconds(6));
  EXPECT_EQ(block(load, 0, 1).lasts(), load.lasts());
}

/// 5 s at 100/s after a second of warm-up, all answered by that pod after that time.
LoadReply reply(const std::string& pod, Duration took) {
  LoadReply reply;
  reply.open_loop = true;
  reply.counts.due = 500;
  reply.counts.outcomes[static_cast<std::size_t>(Outcome::ok)] = 500;
  reply.counts.statuses[200] = 500;
  reply.warm_up = 100;
  reply.lasted = seconds(5);
  reply.offered = reply.achieved = 100;
  reply.requests.resize(1);
  reply.requests[0].counts = reply.counts;
  reply.requests[0].broke = {2};
  reply.pods.push_back({"app", pod, 500});
  reply.seconds.resize(6);
  reply.samples.resize(1);
  const auto value = static_cast<std::uint64_t>(took.count());
  for (int i = 0; i < 600; ++i) {
    Sample sample;
    sample.due = i * 10'000'000LL;
    sample.sent = sample.due;
    sample.done = sample.due + took.count();
    sample.who = 0;
    sample.connection = static_cast<std::uint32_t>(i % 4);
    reply.samples[0].push_back(sample);
    auto& second = reply.seconds[static_cast<std::size_t>(i / 100)];
    ++second.due;
    second.response.record(value);
    if (i >= 100) reply.response.record(value);
  }
  for (int i = 0; i < 4; ++i) reply.broken.push_back({0, 0, {}});
  reply.generator.cpu = {0.2};
  reply.generator.late.record(1000);
  return reply;
}

TEST(blocks, join_as_if_they_had_followed_each_other) {
  const auto load = steady(seconds(30));
  std::vector<LoadReply> blocks;
  for (int i = 0; i < 6; ++i) blocks.push_back(reply(i == 2 ? "b" : "a", milliseconds(1 + i)));
  const auto all = joined(load, std::move(blocks));
  EXPECT_EQ(all.counts.due, 3000u);
  EXPECT_EQ(all.counts.answered(), 3000u);
  EXPECT_EQ(all.counts.statuses.at(200), 3000u);
  EXPECT_EQ(all.requests[0].counts.due, 3000u);
  EXPECT_EQ(all.requests[0].broke[0], 12u);
  EXPECT_EQ(all.broken.size(), most_broken);
  EXPECT_EQ(all.warm_up, 100u);
  EXPECT_EQ(all.lasted, seconds(30));
  EXPECT_DOUBLE_EQ(all.offered, 100);
  EXPECT_NEAR(all.achieved, 100, 1e-9);
  EXPECT_EQ(all.response.total(), 3000u);
  ASSERT_EQ(all.pods.size(), 2u);
  EXPECT_EQ(all.pods[0].answered, 2500u);
  EXPECT_EQ(all.pods[1].answered, 500u);
  // One second of warm-up, then each block's five.
  ASSERT_EQ(all.seconds.size(), 31u);
  for (const auto& second : all.seconds) EXPECT_EQ(second.due, 100u);
  EXPECT_NEAR(static_cast<double>(all.seconds[11].response.max()), 3e6, 1e5);
  std::size_t samples = 0;
  for (const auto& worker : all.samples)
    for (const auto& sample : worker) {
      ++samples;
      const auto which = (sample.due - 1'000'000'000LL) / 5'000'000'000LL;
      if (sample.due < 1'000'000'000LL) continue;  // the one warm-up
      EXPECT_EQ(sample.done - sample.due, (1 + which) * 1'000'000LL) << sample.due;
      EXPECT_EQ(all.pods[sample.who].pod, which == 2 ? "b" : "a");
      EXPECT_EQ(sample.connection / 4, which);
    }
  EXPECT_EQ(samples, 3100u);
  EXPECT_TRUE(all.generator.faithful());
}

TEST(blocks, a_generator_that_was_late_in_one_block_was_late) {
  auto load = steady(seconds(30));
  load.may_be_late = milliseconds(1);
  std::vector<LoadReply> blocks;
  for (int i = 0; i < 6; ++i) blocks.push_back(reply("a", milliseconds(1)));
  for (int i = 0; i < 600; ++i) blocks[3].generator.late.record(50'000'000);
  EXPECT_FALSE(joined(load, std::move(blocks)).generator.faithful());
}

}  // namespace
}  // namespace ingress_check
