#include "checks/fake_load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "checks/practice_test.h"

namespace ingress_check {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

Load open_load(double rate, Duration lasts, Spacing spacing = Spacing::even) {
  Load load;
  load.requests.resize(1);
  load.requests[0].request.url = practice::url("http://frieza.dev/app1");
  load.arrivals = OpenLoop{.stages = {{rate, rate, lasts}}, .spacing = spacing};
  return load;
}

Evidence send(const FakeConfig& config, const Load& load) {
  FakeIngress ingress(config);
  Watch watch;
  auto evidence = ingress.send(practice::subject().target, {"load", load}, watch);
  EXPECT_TRUE(evidence && evidence->load);
  return std::move(*evidence);
}

LoadReply reply(const FakeConfig& config, const Load& load) { return *send(config, load).load; }

double ms(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

std::uint64_t accounted(const LoadCounts& counts) {
  std::uint64_t sum = counts.dropped + counts.unfinished;
  for (const auto outcome : counts.outcomes) sum += outcome;
  return sum;
}

TEST(fake_load, every_slot_of_an_open_loop_is_answered_and_counted) {
  auto load = open_load(100, seconds(3));
  load.warm_up = seconds(1);
  const auto evidence = send(practice::two_apps(), load);
  const auto& got = *evidence.load;
  EXPECT_EQ(got.counts.due, 200u);
  EXPECT_EQ(got.warm_up, 100u);
  EXPECT_EQ(accounted(got.counts), 200u);
  EXPECT_EQ(got.counts.statuses.at(200), 200u);
  EXPECT_EQ(evidence.sent, 300u);
  EXPECT_EQ(evidence.took, seconds(3));
  EXPECT_DOUBLE_EQ(got.offered, 100);
  EXPECT_NEAR(got.achieved, 100, 0.2);
  EXPECT_TRUE(got.open_loop);
  ASSERT_EQ(got.pods.size(), 2u);
  EXPECT_EQ(got.pods[0].pod, "app1-a");
  EXPECT_EQ(got.pods[0].answered, 100u);
  EXPECT_EQ(got.pods[1].answered, 100u);
  EXPECT_NEAR(ms(got.response.percentile(99)), 2, 0.01);
  ASSERT_GE(got.seconds.size(), 3u);
  EXPECT_EQ(got.seconds[1].due, 100u);
  EXPECT_EQ(got.seconds[1].response.total(), 100u);
  EXPECT_TRUE(got.generator.faithful());
}

TEST(fake_load, the_same_seed_gives_the_same_reply_and_another_seed_another) {
  auto config = practice::two_apps();
  config.load.any.sigma = 0.5;
  const auto load = open_load(500, seconds(4), Spacing::poisson);
  const auto one = reply(config, load), same = reply(config, load);
  config.seed = 2;
  const auto other = reply(config, load);
  EXPECT_EQ(one.response.mean(), same.response.mean());
  EXPECT_NE(one.response.mean(), other.response.mean());
}

// Percentiles of a log-normal distribution: median x exp(sigma x z); with a wandering mean the
// variances of the logarithms add up.
TEST(fake_load, latencies_are_log_normal_also_where_they_wander) {
  auto config = practice::two_apps();
  config.load.any = {.latency = milliseconds(10), .sigma = 0.4};
  auto load = open_load(10'000, seconds(20));
  load.connections.count = 1000;
  const auto plain = reply(config, load);
  EXPECT_NEAR(ms(plain.response.percentile(50)), 10, 0.1);
  EXPECT_NEAR(ms(plain.response.percentile(99)), 10 * std::exp(0.4 * 2.3263), 0.4);
  config.load.wander = 0.3;
  const auto wandering = reply(config, load);
  EXPECT_NEAR(ms(wandering.response.percentile(99)), 10 * std::exp(0.5 * 2.3263), 2);
  EXPECT_GT(wandering.response.percentile(99), plain.response.percentile(99));
}

TEST(fake_load, a_slow_pod_is_slow_alone) {
  auto config = practice::two_apps();
  config.load.pods["app1-b"].latency = milliseconds(80);
  const auto got = reply(config, open_load(100, seconds(2)));
  EXPECT_NEAR(ms(got.pods[0].service_time.percentile(50)), 2, 0.1);
  EXPECT_NEAR(ms(got.pods[1].service_time.percentile(50)), 80, 1);
}

TEST(fake_load, a_stall_holds_answers_until_it_is_over) {
  auto config = practice::two_apps();
  config.load.any.stall_every = seconds(1);
  config.load.any.stall_lasts = milliseconds(300);
  const auto got = reply(config, open_load(1000, seconds(5)));
  EXPECT_NEAR(ms(got.response.max()), 301, 2);
  // In 4 of 5 s, 300 of 1,000 are held.
  EXPECT_NEAR(ms(got.response.percentile(70)), 2, 0.1);
  EXPECT_GT(ms(got.response.percentile(80)), 20);
}

TEST(fake_load, more_than_pods_can_do_waits_ever_longer) {
  auto config = practice::two_apps();
  config.load.any = {.latency = milliseconds(10), .at_once = 1};  // two pods: 200 a second
  auto load = open_load(300, seconds(2));
  load.connections = {.count = 1000};
  const auto got = reply(config, load);
  EXPECT_GT(ms(got.seconds[1].response.percentile(50)),
            2 * ms(got.seconds[0].response.percentile(50)));
  EXPECT_NEAR(static_cast<double>(got.seconds[1].done), 200, 2);
  EXPECT_NEAR(ms(got.response.max()), 1010, 20);  // 600 take 3 s
}

TEST(fake_load, a_limit_refuses_what_is_above_it) {
  auto config = practice::two_apps();
  config.limits = {{.rate = 50, .burst = 20}};
  const auto got = reply(config, open_load(200, seconds(4)));
  EXPECT_NEAR(static_cast<double>(got.counts.statuses.at(200)), 50 * 4 + 20, 2);
  EXPECT_EQ(got.counts.statuses.at(200) + got.counts.statuses.at(503), 800u);
  EXPECT_EQ(got.counts.server_errors(), got.counts.statuses.at(503));
}

TEST(fake_load, errors_come_in_their_share_as_a_status_or_as_resets) {
  auto config = practice::two_apps();
  config.load.errors = 0.05;
  const auto load = open_load(1000, seconds(10));
  EXPECT_NEAR(static_cast<double>(reply(config, load).counts.statuses.at(502)), 500, 110);
  config.load.error_status = 0;
  const auto got = reply(config, load);
  EXPECT_NEAR(static_cast<double>(got.counts.of(Outcome::reset)), 500, 110);
  EXPECT_EQ(accounted(got.counts), got.counts.due);
  EXPECT_EQ(got.counts.failed(), got.counts.of(Outcome::reset));
}

TEST(fake_load, a_late_generator_says_so) {
  auto config = practice::two_apps();
  config.load.late = milliseconds(25);
  const auto got = reply(config, open_load(100, seconds(2)));
  ASSERT_EQ(got.generator.why.size(), 1u);
  EXPECT_NEAR(ms(got.send_delay.percentile(50)), 25, 0.1);
  EXPECT_NEAR(ms(got.response.percentile(50)), 27, 0.1);
  EXPECT_NEAR(ms(got.service.percentile(50)), 2, 0.1);
}

TEST(fake_load, a_closed_loop_sends_as_answers_come) {
  auto load = open_load(1, seconds(1));
  load.arrivals = ClosedLoop{.lasts = seconds(2)};
  load.connections.count = 4;
  const auto got = reply(practice::two_apps(), load);
  EXPECT_NEAR(static_cast<double>(got.counts.due), 4 * 1000, 8);  // 2 s of 2 ms, four at a time
  EXPECT_FALSE(got.open_loop);
  load.arrivals = ClosedLoop{.requests = 77};
  EXPECT_EQ(reply(practice::two_apps(), load).counts.due, 77u);
}

TEST(fake_load, without_a_free_connection_requests_wait_or_are_dropped) {
  auto config = practice::two_apps();
  config.load.any.latency = milliseconds(100);  // two connections: 20 a second
  auto load = open_load(40, seconds(2));
  load.connections = {.count = 2};
  const auto queued = reply(config, load);
  EXPECT_EQ(queued.counts.dropped, 0u);
  EXPECT_GT(queued.counts.queued, 70u);
  EXPECT_GT(ms(queued.response.max()), 1900);
  EXPECT_NEAR(ms(queued.service.max()), 100, 0.2);
  std::get<OpenLoop>(load.arrivals).full = OpenLoop::Full::drop;
  const auto dropped = reply(config, load);
  EXPECT_NEAR(static_cast<double>(dropped.counts.dropped), 40, 2);
  EXPECT_EQ(accounted(dropped.counts), dropped.counts.due);
}

TEST(fake_load, matches_are_judged_on_every_response_and_five_are_kept_whole) {
  auto config = practice::two_apps();
  config.replicas = 2;
  config.stale = config.rules;
  config.stale->hosts.front().paths.front().service = "app2";
  auto load = open_load(100, seconds(2));
  load.requests[0].matches = {
      {.part = Match::Part::status, .statuses = {{{200, 299}}}},
      {.part = Match::Part::service, .text = {false, "app1"}},
      {.part = Match::Part::header, .header = "content-type", .text = {true, "^text/"}},
      {.part = Match::Part::absent, .header = "Server"}};
  load.connections = {.count = 2};  // two replicas, one connection each
  const auto got = reply(config, load);
  EXPECT_EQ(got.requests[0].broke, (std::vector<std::uint64_t>{0, 100, 0, 0}));
  ASSERT_EQ(got.broken.size(), 5u);
  EXPECT_EQ(got.broken[0].match, 1u);
  EXPECT_EQ(got.broken[0].exchange.who.service, "app2");
}

TEST(fake_load, requests_come_in_their_weights_and_samples_tell_each) {
  auto load = open_load(1000, seconds(4));
  load.requests.push_back(load.requests[0]);
  load.requests[1].request.url = practice::url("http://frieza.dev/app2");
  load.requests[1].weight = 3;
  load.samples = true;
  const auto got = reply(practice::two_apps(), load);
  EXPECT_NEAR(static_cast<double>(got.requests[1].counts.due), 3000, 130);
  ASSERT_EQ(got.samples.size(), 1u);
  EXPECT_EQ(got.samples[0].size(), 4000u);
  for (const auto& sample : got.samples[0])
    ASSERT_EQ(got.pods[sample.who].service, sample.request == 0 ? "app1" : "app2");
}

TEST(fake_load, thousands_of_requests_take_milliseconds) {
  auto config = practice::two_apps();
  config.load.any.sigma = 0.4;
  const auto load = open_load(1000, seconds(100));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(reply(config, load).counts.due, 100'000u);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - before;
  fmt::print("100,000 simulated requests took {:.0f} ms\n", took.count());
  EXPECT_LT(took.count(), 2000);
}

}  // namespace
}  // namespace ingress_check
