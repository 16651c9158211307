// Balancers as their sources describe them: shares and orders that are known.
#include "checks/fake_balancer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "checks/fake_echo.h"
#include "checks/practice_test.h"

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Picks at a steady rate; each pod takes its own time. Counts by pod.
std::vector<std::uint64_t> shares(const FakeBalance& how, const std::vector<Duration>& latencies,
                                  double rate, Duration lasts, int replicas = 1,
                                  std::uint64_t seed = 1) {
  FakeBalancer balancer(how, latencies.size(), replicas, seed);
  std::vector<std::uint64_t> counts(latencies.size());
  const auto gap = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / rate));
  std::uint64_t connection = 0;
  for (Duration at{}; at < lasts; at += gap) {
    const auto pick = balancer.pick({.at = at, .connection = connection++});
    balancer.will_take(latencies[pick.pod]);
    ++counts[pick.pod];
  }
  return counts;
}

double share(const std::vector<std::uint64_t>& counts, std::size_t pod) {
  std::uint64_t all = 0;
  for (const auto count : counts) all += count;
  return static_cast<double>(counts[pod]) / static_cast<double>(all);
}

TEST(fake_balancer, one_connection_sees_strict_turns_however_many_workers_there_are) {
  FakeBalancer balancer({.workers = 8}, 5, 3, 7);
  std::vector<std::size_t> picks;
  for (int i = 0; i < 50; ++i) picks.push_back(balancer.pick({.connection = 3}).pod);
  for (std::size_t i = 5; i < picks.size(); ++i) EXPECT_EQ(picks[i], picks[i - 5]);
  EXPECT_EQ(std::set(picks.begin(), picks.begin() + 5).size(), 5u);
}

TEST(fake_balancer, over_many_connections_no_pod_is_further_ahead_than_there_are_workers) {
  for (const int workers : {1, 2, 16})
    for (const int replicas : {1, 3}) {
      const auto counts = shares({.workers = workers}, std::vector<Duration>(5, milliseconds(1)),
                                 100, seconds(10), replicas);
      const auto [least, most] = std::ranges::minmax(counts);
      EXPECT_LE(most - least, static_cast<std::uint64_t>(workers * replicas));
    }
}

TEST(fake_balancer, others_take_turns_in_between) {
  const std::vector<Duration> two(2, milliseconds(1));
  FakeBalancer balancer({.others = 1000}, 2, 1, 3);
  int alternated = 0;
  std::size_t before = 0;
  for (int i = 1; i <= 1000; ++i) {
    const auto pod = balancer.pick({.at = milliseconds(i), .connection = 1}).pod;
    alternated += pod != before;
    before = pod;
  }
  // An even number of others between two of ours: (1 + exp(-2)) / 2 of the times.
  EXPECT_NEAR(alternated, 1000 * (1 + std::exp(-2.0)) / 2, 60);
}

TEST(fake_balancer, weights_and_chance) {
  const std::vector<Duration> three(3, milliseconds(1));
  const auto weighted =
      shares({.policy = FakePolicy::weighted, .weights = {7, 2, 1}}, three, 1000, seconds(10));
  EXPECT_NEAR(share(weighted, 0), 0.7, 0.02);
  EXPECT_NEAR(share(weighted, 2), 0.1, 0.02);
  const auto random = shares({.policy = FakePolicy::random}, three, 1000, seconds(10));
  EXPECT_NEAR(share(random, 1), 1 / 3.0, 0.02);
  EXPECT_NE(random[0], random[1]);
}

TEST(fake_balancer, least_connections_gives_a_pod_what_it_can_take) {
  // 1,000/s of 10 ms and 50 ms: as many under way at both, so 5 to 1.
  const auto busy = shares({.policy = FakePolicy::least_connections},
                           {milliseconds(10), milliseconds(50)}, 1000, seconds(20));
  EXPECT_NEAR(share(busy, 1), 1 / 6.0, 0.02);
  // Where nobody is busy it is turns.
  const auto idle = shares({.policy = FakePolicy::least_connections},
                           {milliseconds(1), milliseconds(1)}, 10, seconds(10));
  EXPECT_EQ(idle[0], idle[1]);
}

// An independent event simulation of ewma.lua at 100/s: 4.15 % for 1 s against 100 ms, 0.45 % for
// 100 ms against 5 ms, 3.6 % for 60 ms against 50 ms.
TEST(fake_balancer, ewma_gives_a_slow_pod_what_another_simulation_found) {
  const auto slow = [](Duration fast, Duration slowly) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed)
      sum += share(shares({.policy = FakePolicy::ewma}, {fast, slowly}, 100, seconds(120), 1, seed),
                   1);
    return sum / 8;
  };
  EXPECT_NEAR(slow(milliseconds(100), seconds(1)), 0.0415, 0.006);
  EXPECT_NEAR(slow(milliseconds(5), milliseconds(100)), 0.0045, 0.002);
  EXPECT_NEAR(slow(milliseconds(50), milliseconds(60)), 0.036, 0.01);
}

TEST(fake_balancer, hashes_keep_their_pod) {
  FakeBalancer by_client({.policy = FakePolicy::by_client}, 4, 2, 1);
  FakeBalancer by_uri({.policy = FakePolicy::by_uri}, 4, 2, 1);
  FakeBalancer by_connection({.policy = FakePolicy::by_connection}, 4, 2, 1);
  std::set<std::size_t> of_clients, of_uris, of_connections;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const FakeArrival one{.connection = i, .client = i, .uri = i};
    const FakeArrival other{.connection = i + 1000, .client = i, .uri = i};
    EXPECT_EQ(by_client.pick(one).pod, by_client.pick(other).pod);
    EXPECT_EQ(by_uri.pick(one).pod, by_uri.pick(other).pod);
    of_clients.insert(by_client.pick(one).pod);
    of_uris.insert(by_uri.pick(one).pod);
    of_connections.insert(by_connection.pick(one).pod);
  }
  EXPECT_EQ(of_clients.size(), 4u);
  EXPECT_EQ(of_uris.size(), 4u);
  EXPECT_EQ(of_connections.size(), 4u);
}

TEST(fake_balancer, a_cookie_keeps_its_pod_and_tells_the_modes_apart) {
  for (const auto mode : {FakeCookie::Mode::balanced, FakeCookie::Mode::persistent}) {
    FakeBalancer balancer({.cookie = FakeCookie{.mode = mode}}, 3, 2, 5);
    std::set<std::size_t> met;
    for (std::uint64_t client = 0; client < 60; ++client) {
      const auto first = balancer.pick({.connection = client});
      ASSERT_TRUE(first.cookie);
      met.insert(first.pod);
      for (std::uint64_t i = 0; i < 5; ++i) {
        const auto next = balancer.pick({.connection = 100 * client + i, .cookie = first.cookie});
        EXPECT_EQ(next.pod, first.pod);
        EXPECT_FALSE(next.cookie);
      }
    }
    EXPECT_EQ(met.size(), 3u);
    EXPECT_EQ(balancer.pick({.cookie = 12345}).cookie.has_value(),
              mode == FakeCookie::Mode::persistent);
  }
  FakeBalancer alb({.cookie = FakeCookie{.mode = FakeCookie::Mode::persistent, .always = true}}, 3,
                   1, 5);
  const auto first = alb.pick({});
  EXPECT_EQ(alb.pick({.cookie = first.cookie}).cookie, first.cookie);
}

TEST(fake_balancer, a_pod_that_goes_gets_nothing_until_it_is_back) {
  FakeBalance how;
  how.absences = {{.pod = 1, .from = seconds(10), .to = seconds(20)}};
  FakeBalancer balancer(how, 3, 1, 1);
  std::map<int, std::set<std::size_t>> met;
  for (int i = 0; i < 300; ++i)
    met[i / 100].insert(balancer.pick({.at = milliseconds(100 * i)}).pod);
  EXPECT_EQ(met[0].size(), 3u);
  EXPECT_EQ(met[1], (std::set<std::size_t>{0, 2}));
  EXPECT_EQ(met[2].size(), 3u);
}

TEST(fake_balancer, a_load_and_single_exchanges_share_it) {
  auto config = practice::two_apps();
  config.balance["app1"] = {.workers = 4};
  FakeIngress ingress(config);
  Watch watch;
  Load load;
  load.requests.resize(1);
  load.requests[0].request.url = practice::url("http://frieza.dev/app1");
  load.arrivals = ClosedLoop{.requests = 1001};
  load.connections = {.count = 1, .requests = 1};
  load.samples = true;
  const auto target = practice::subject().target;
  const auto reply = ingress.send(target, {"load", load}, watch)->load.value();
  ASSERT_EQ(reply.pods.size(), 2u);
  EXPECT_NEAR(static_cast<double>(reply.pods[0].answered), 500.5, 2.5);
  ASSERT_EQ(reply.samples.front().size(), 1001u);
  EXPECT_EQ(reply.samples.front().back().connection, 1000u);
  Http http;
  http.requests = {load.requests[0].request};
  http.requests[0].times = 999;
  std::uint64_t first = reply.pods[0].answered;
  const auto single = ingress.send(target, {"http", http}, watch);
  for (const auto& exchange : single->exchanges) first += exchange.who.pod == "app1-a";
  EXPECT_NEAR(static_cast<double>(first), 1000, 2);
}

TEST(fake_echo, a_pod_obeys_the_orders_that_are_for_it) {
  Request request;
  EXPECT_EQ(ordered_delay(request, "a"), Duration::zero());
  request.headers.add("X-Echo", "delay=20ms, pod=b; delay=100ms");
  EXPECT_EQ(ordered_delay(request, "a"), milliseconds(20));
  EXPECT_EQ(ordered_delay(request, "b"), milliseconds(100));
}

}  // namespace
}  // namespace ingress_check
