#include "harness/allowance.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

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

bool capped(const std::vector<std::string>& allowed, const std::string& ip,
            const std::string& name = "") {
  const auto allowance = Allowance::create(courtesy_rate, allowed);
  Endpoint endpoint = *Endpoint::of(ip, 80);
  endpoint.name = name;
  return !allowance || allowance->capped({&endpoint, 1});
}

TEST(Allowance, ANameAllowsTheAddressesThatWereFoundUnderIt) {
  EXPECT_FALSE(capped({"shop.example"}, "203.0.113.7", "shop.example"));
  EXPECT_FALSE(capped({"Shop.Example."}, "203.0.113.7", "SHOP.example"));
  EXPECT_FALSE(capped({"*.shop.example"}, "203.0.113.7", "api.shop.example"));
  EXPECT_TRUE(capped({"*.shop.example"}, "203.0.113.7", "shop.example"));
  EXPECT_TRUE(capped({"shop.example"}, "203.0.113.7", "shop.example.evil.example"));
  EXPECT_TRUE(capped({"shop.example"}, "203.0.113.7", "evilshop.example"));
  EXPECT_TRUE(capped({"shop.example"}, "203.0.113.7"))
      << "an address that somebody gave out for the name was not found under it";
}

TEST(Allowance, AMistypedNetworkIsNoName) {
  for (const char* text : {"10.0.0", "10.0.0.0/33", "fd00::/129", "300.0.0.1", "shop example",
                           "http://shop.example", "", "*", "*.", ".example", "a..example"})
    EXPECT_FALSE(Allowance::create(courtesy_rate, {text}).has_value()) << text;
  for (const char* text : {"10.0.0.7", "fd00::/8", "localhost", "a-b.c_d.example", "*.example"})
    EXPECT_TRUE(Allowance::create(courtesy_rate, {text}).has_value()) << text;
}

TEST(Allowance, AnEndpointKnowsTheNameThatLedToIt) {
  Resolver resolver(4, std::chrono::seconds(5));
  const Watch watch;
  EXPECT_EQ(resolver.find({"localhost", 80}, watch).endpoints.at(0).name, "localhost");
  EXPECT_EQ(resolver.find({"127.0.0.1", 80}, watch).endpoints.at(0).name, "");
}

TEST(Allowance, TheRatesOfHostsThatShareALimitAreAddedUp) {
  auto allowance = Allowance::create(courtesy_rate, {});
  ASSERT_TRUE(allowance.has_value());
  allowance->limit({.hosts = {"api.dev", "*.low.dev"}, .limit = {10}});
  const auto exceeded = [&](std::vector<HostRate> rates) {
    return allowance->exceeded(rates).has_value();
  };
  EXPECT_FALSE(exceeded({{"api.dev", 7}})) << "0.7 of it is just right";
  EXPECT_TRUE(exceeded({{"API.dev.", 7.1}}));
  EXPECT_TRUE(exceeded({{"api.dev", 4}, {"a.low.dev", 4}}));
  EXPECT_FALSE(exceeded({{"api.dev", 4}, {"other.dev", 4000}}));
  allowance->limit({.hosts = {"other.dev"}, .limit = {100}});
  EXPECT_EQ(allowance->exceeded(std::vector<HostRate>{{"other.dev", 4000}})->per_second, 100);
}

}  // namespace
}  // namespace ingress_check
