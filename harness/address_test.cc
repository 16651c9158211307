#include "harness/address.h"

#include <gtest/gtest.h>

#include "harness/allowance.h"

namespace ingress_check {
namespace {

TEST(Address, TheFirstRedirectionThatFitsThePort) {
  Target target;
  target.address = {{443, "10.0.0.1", 8443}, {0, "10.0.0.2", 0}};
  EXPECT_EQ(*destination(target, "a", 443, {}), (Destination{"10.0.0.1", 8443}));
  EXPECT_EQ(*destination(target, "a", 80, {}), (Destination{"10.0.0.2", 80}));
  EXPECT_EQ(*destination(target, "a", 80, "10.0.0.3:81"), (Destination{"10.0.0.3", 81}));
  EXPECT_EQ(*destination(target, "a", 80, "10.0.0.3"), (Destination{"10.0.0.3", 80}));
  EXPECT_FALSE(destination(target, "a", 80, "10.0.0.3:x").has_value());
  target.address.clear();
  EXPECT_EQ(*destination(target, "a", 80, {}), (Destination{"a", 80}));
}

TEST(Address, Loopback) {
  for (const std::string ip : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(*Endpoint::of(ip, 1))) << ip;
  for (const std::string ip : {"128.0.0.1", "10.0.0.1", "::2", "::ffff:10.0.0.1"})
    EXPECT_FALSE(is_loopback(*Endpoint::of(ip, 1))) << ip;
}

TEST(Address, Networks) {
  const auto networks = Networks::parse({"10.0.0.0/9", "192.0.2.7", "fd00::/7", "0.0.0.0/32"});
  ASSERT_TRUE(networks.has_value());
  for (const std::string ip : {"10.0.0.1", "10.127.255.255", "192.0.2.7", "fd00::1", "fc00::1"})
    EXPECT_TRUE(networks->contains(*Endpoint::of(ip, 1))) << ip;
  for (const std::string ip : {"10.128.0.0", "11.0.0.1", "192.0.2.8", "fe00::1", "::1"})
    EXPECT_FALSE(networks->contains(*Endpoint::of(ip, 1))) << ip;
  EXPECT_TRUE(Networks::parse({"0.0.0.0/0"})->contains(*Endpoint::of("8.8.8.8", 1)));
  for (const std::string bad : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "name", "::/129", ""})
    EXPECT_FALSE(Networks::parse({bad}).has_value()) << bad;
}

TEST(Allowance, SpacesOutWhatGoesToStrangers) {
  auto allowance = Allowance::create(5, {"10.0.0.0/8"});
  ASSERT_TRUE(allowance.has_value());
  const auto stranger = *Endpoint::of("192.0.2.1", 80);
  const auto allowed = *Endpoint::of("10.1.1.1", 80);
  const Instant now{};
  EXPECT_EQ(allowance->reserve({&stranger, 1}, now), now);
  EXPECT_EQ(allowance->reserve({&stranger, 1}, now), now + std::chrono::milliseconds(200));
  EXPECT_EQ(allowance->reserve({&allowed, 1}, now), now);
  EXPECT_EQ(allowance->reserve({&stranger, 1}, now), now + std::chrono::milliseconds(400));
  const auto later = now + std::chrono::seconds(10);
  EXPECT_EQ(allowance->reserve({&stranger, 1}, later), later);
  EXPECT_FALSE(Allowance::create(0, {})->capped({&stranger, 1}));
}

TEST(Allowance, StaysBelowTheLimitOfAHost) {
  auto allowance = Allowance::create(courtesy_rate, {});
  ASSERT_TRUE(allowance.has_value());
  allowance->limit({.hosts = {"Api.dev", "*.low.dev"}, .limit = {10}});  // 7 a second: all of them
  const std::vector<Endpoint> own{*Endpoint::of("127.0.0.1", 80)};
  const Instant now{};
  const auto gap = [&](std::string_view host) {
    return std::chrono::duration<double>(allowance->reserve(own, now, host) - now).count();
  };
  EXPECT_EQ(gap("api.dev"), 0);
  EXPECT_NEAR(gap("a.low.dev"), 1 / 7.0, 1e-6);
  EXPECT_NEAR(gap("API.dev."), 2 / 7.0, 1e-6);
  EXPECT_EQ(gap("other.dev"), 0);
  EXPECT_EQ(gap("low.dev"), 0);
  EXPECT_EQ(gap(""), 0);  // no request
  allowance->limit({.hosts = {"api.dev"}, .limit = {1}});
  EXPECT_NEAR(gap("api.dev"), 3 / 7.0, 1e-6);
  EXPECT_NEAR(gap("api.dev"), 3 / 7.0 + 1 / 0.7, 1e-6);  // the lower limit rules
}

TEST(Resolver, RemembersWithinAPhase) {
  Resolver resolver(4, std::chrono::seconds(5));
  const Watch watch;
  const Candidates first = resolver.find({"localhost", 81}, watch);
  ASSERT_EQ(first.outcome, Outcome::ok) << first.detail;
  EXPECT_EQ(first.endpoints[0].text(), "127.0.0.1:81");
  EXPECT_GT(first.took.count(), 0);
  const Candidates second = resolver.find({"localhost", 82}, watch);
  EXPECT_EQ(second.endpoints[0].text(), "127.0.0.1:82");
  EXPECT_EQ(second.took.count(), 0);
}

}  // namespace
}  // namespace ingress_check
