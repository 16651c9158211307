// The limits of the simulated ingress, held against what is known of the real ones.
#include "checks/fake_limit.h"

#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = FakeLimit::Kind;

Request asked(const std::string& url = "http://limited.frieza.dev/app1") {
  Request request;
  request.url = practice::url(url);
  return request;
}

/// How many of `count`, evenly over `lasts` from `at`, pass.
int passed(FakeLimiter& limiter, int count, Duration at, Duration lasts,
           const FakeClient& client = {"192.0.2.1", 0}, const Request& request = asked()) {
  int all = 0;
  for (int i = 0; i < count; ++i)
    all += limiter.refuses(request, client, at + lasts * i / count) == nullptr;
  return all;
}

// Measured on nginx 1.22: rate 3/s, burst 15, nodelay: 50 back to back pass 16 times; 10 s of
// asking pass 45 or 46 times; rate 30/m, burst 150: 151 of 200.
TEST(fake_limit, a_bucket_takes_what_nginx_takes) {
  FakeLimiter at_once({{.rate = 3, .burst = 15}});
  EXPECT_EQ(passed(at_once, 50, seconds(0), milliseconds(50)), 16);
  FakeLimiter on_and_on({{.rate = 3, .burst = 15}});
  EXPECT_NEAR(passed(on_and_on, 1000, seconds(0), seconds(10)), 45.5, 0.5);
  FakeLimiter by_the_minute({{.rate = 0.5, .burst = 150}});
  EXPECT_EQ(passed(by_the_minute, 200, seconds(0), seconds(1)), 151);
}

// The trap: the same storm after another one finds a bucket that is not empty yet.
TEST(fake_limit, a_bucket_remembers_an_earlier_storm) {
  const FakeLimit limit{.rate = 100, .burst = 500};
  const Duration two_seconds = milliseconds(2003);  // so that the last of 701 comes after 2 s
  FakeLimiter fresh({limit});
  EXPECT_EQ(passed(fresh, 701, seconds(0), two_seconds), 701);
  FakeLimiter drained({limit});
  passed(drained, 5000, seconds(0), seconds(2));
  EXPECT_NEAR(passed(drained, 701, seconds(4), two_seconds), 401, 2);
}

TEST(fake_limit, a_bucket_that_refuses_is_not_emptied_by_it) {
  FakeLimiter limiter({{.rate = 10, .burst = 5}});
  EXPECT_EQ(passed(limiter, 100, seconds(0), milliseconds(10)), 6);
  EXPECT_NEAR(passed(limiter, 10'000, milliseconds(10), seconds(10)), 100, 1);
}

TEST(fake_limit, a_fixed_window_gives_all_of_it_at_its_begin) {
  FakeLimiter limiter({{.kind = Kind::fixed_window, .rate = 10}});
  EXPECT_EQ(passed(limiter, 100, milliseconds(500), milliseconds(499)), 10);
  EXPECT_EQ(passed(limiter, 100, seconds(1), milliseconds(100)), 10);
  EXPECT_EQ(passed(limiter, 100, milliseconds(1200), milliseconds(700)), 0);
}

TEST(fake_limit, a_sliding_window_counts_what_it_accepted_in_the_last_second) {
  FakeLimiter limiter({{.kind = Kind::sliding_window, .rate = 10}});
  EXPECT_EQ(passed(limiter, 100, milliseconds(500), milliseconds(100)), 10);
  EXPECT_EQ(passed(limiter, 100, milliseconds(1000), milliseconds(400)), 0);
  EXPECT_EQ(passed(limiter, 100, milliseconds(1600), milliseconds(100)), 10);
}

TEST(fake_limit, one_that_counts_refusals_starves_who_goes_on_asking) {
  FakeLimiter limiter({{.kind = Kind::starving_window, .rate = 10}});
  EXPECT_EQ(passed(limiter, 2000, seconds(0), seconds(20)), 10);
  EXPECT_EQ(passed(limiter, 5, seconds(22), milliseconds(100)), 5);
}

TEST(fake_limit, clients_and_replicas_have_counts_of_their_own_unless_they_share_one) {
  FakeLimit limit{.rate = 1, .burst = 9};
  const FakeClient one{"192.0.2.1", 0}, other{"192.0.2.2", 0}, elsewhere{"192.0.2.1", 1};
  FakeLimiter apart({limit});
  for (const auto& client : {one, other, elsewhere})
    EXPECT_EQ(passed(apart, 20, seconds(0), milliseconds(10), client), 10);
  limit.one_for_all = limit.shared_by_replicas = true;
  FakeLimiter together({limit});
  EXPECT_EQ(passed(together, 20, seconds(0), milliseconds(10), one), 10);
  for (const auto& client : {other, elsewhere})
    EXPECT_EQ(passed(together, 20, milliseconds(20), milliseconds(10), client), 0);
}

TEST(fake_limit, a_header_that_tells_clients_apart_can_be_forged) {
  FakeLimiter limiter({{.rate = 1, .burst = 9, .header = "X-Forwarded-For"}});
  const FakeClient client{"192.0.2.1", 0};
  EXPECT_EQ(passed(limiter, 20, seconds(0), milliseconds(10), client), 10);
  auto forged = asked();
  forged.headers.add("X-Forwarded-For", "198.51.100.7");
  EXPECT_EQ(passed(limiter, 20, milliseconds(10), milliseconds(10), client, forged), 10);
}

TEST(fake_limit, it_covers_its_hosts_and_paths_alone) {
  FakeLimiter limiter({{.rate = 1, .hosts = {"limited.frieza.dev"}, .path = "/app1"}});
  const FakeClient client{"192.0.2.1", 0};
  EXPECT_EQ(passed(limiter, 20, seconds(0), milliseconds(10), client), 1);
  for (const auto* url : {"http://limited.frieza.dev/app2", "http://frieza.dev/app1"})
    EXPECT_EQ(passed(limiter, 20, seconds(0), milliseconds(10), client, asked(url)), 20);
}

TEST(fake_limit, single_exchanges_and_loads_meet_the_same_bucket) {
  auto config = practice::two_apps();
  config.limits = {{.rate = 1, .burst = 19, .status = 429}};
  FakeIngress ingress(config);
  const auto target = practice::subject().target;
  Watch watch;
  Load load;
  load.requests.resize(1);
  load.requests[0].request = asked("http://frieza.dev/app1");
  load.arrivals = OpenLoop{{{100, 100, milliseconds(100)}}};
  const auto first = ingress.send(target, {"load", load}, watch);
  EXPECT_EQ(first->load->counts.statuses.at(200), 10u);
  Http http;
  http.requests = {asked("http://frieza.dev/app1")};
  http.requests[0].times = 20;
  const auto second = ingress.send(target, {"once", http}, watch);
  EXPECT_EQ(std::ranges::count(second->exchanges, 200, &Exchange::status), 10);
  EXPECT_EQ(std::ranges::count(second->exchanges, 429, &Exchange::status), 10);
}

}  // namespace
}  // namespace ingress_check
