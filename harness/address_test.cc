#include "harness/address.h"

#include <gtest/gtest.h>

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
