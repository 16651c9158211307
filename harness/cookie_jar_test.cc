#include "harness/cookie_jar.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/allocations_test.h"

namespace ingress_check {
namespace {

using std::chrono::hours, std::chrono::seconds;

/// A jar at shop.example/a/b over https, half past nine on 2020-01-01.
struct Client {
  CookieJar jar;
  Instant now{hours(5)};
  std::chrono::system_clock::time_point wall =
      std::chrono::sys_days(std::chrono::year(2020) / 1 / 1) + hours(9) + seconds(1800);
  bool https = true;
  std::string host = "shop.example", path = "/a/b?c=/d/e";

  Client& got(std::string_view field) {
    jar.store(field, host, path, https, now, wall);
    return *this;
  }
  std::string sends(std::string_view to) const {
    std::string text = "left over";
    jar.cookies(to, https, now, text);
    return text;
  }
  void pass(seconds time) {
    now += time;
    wall += time;
  }
};

TEST(CookieJar, SendsWhatWasSet) {
  Client client;
  EXPECT_EQ(client.sends("/"), "");
  EXPECT_TRUE(client.jar.empty());
  client.got("a=1; path=/").got("b=\"2\"; path=/").got("no pair");
  EXPECT_EQ(client.sends("/"), "a=1; b=\"2\"");
  client.jar.clear();
  EXPECT_TRUE(client.jar.empty());
}

TEST(CookieJar, ASecondValueTakesThePlaceOfTheFirst) {
  Client client;
  client.got("a=1; path=/").got("b=2; path=/").got("a=3; path=/; max-age=10");
  EXPECT_EQ(client.sends("/"), "a=3; b=2") << "it keeps its creation time (5.3, 11.3)";
  client.got("A=4; path=/").got("a=5; path=/x");
  EXPECT_EQ(client.sends("/x"), "a=5; a=3; b=2; A=4") << "names differ by case, and by path";
  client.pass(seconds(10));
  EXPECT_EQ(client.sends("/"), "b=2; A=4");
}

TEST(CookieJar, PathsMatch) {
  const auto sent = [](std::string_view cookie_path, std::string_view to) {
    Client client;
    client.got(fmt::format("a=1; path={}", cookie_path));
    return client.sends(to) == "a=1";
  };
  EXPECT_TRUE(sent("/", "/"));
  EXPECT_TRUE(sent("/", ""));
  EXPECT_TRUE(sent("/", "/x/y?z"));
  EXPECT_TRUE(sent("/x", "/x"));
  EXPECT_TRUE(sent("/x", "/x?/y"));
  EXPECT_TRUE(sent("/x", "/x/"));
  EXPECT_TRUE(sent("/x", "/x/y"));
  EXPECT_TRUE(sent("/x/", "/x/y"));
  EXPECT_FALSE(sent("/x", "/xy"));
  EXPECT_FALSE(sent("/x", "/"));
  EXPECT_FALSE(sent("/x/", "/x"));
  EXPECT_FALSE(sent("/x", "/X"));
}

TEST(CookieJar, WithoutAPathItIsTheRequests) {
  const auto sent = [](std::string_view request, std::string_view to) {
    Client client;
    client.path = request;
    client.got("a=1");
    return client.sends(to) == "a=1";
  };
  EXPECT_TRUE(sent("/a/b", "/a"));
  EXPECT_TRUE(sent("/a/b", "/a/c"));
  EXPECT_FALSE(sent("/a/b", "/"));
  EXPECT_FALSE(sent("/a/b", "/ab"));
  EXPECT_TRUE(sent("/a/b/?x=/y/z", "/a/b"));
  EXPECT_FALSE(sent("/a/b/?x=/y/z", "/a"));
  EXPECT_TRUE(sent("/a", "/"));
  EXPECT_TRUE(sent("/", "/x"));
  EXPECT_TRUE(sent("", "/x"));
  EXPECT_TRUE(sent("?a/b/c", "/x"));
}

TEST(CookieJar, LongestPathsFirstThenOldest) {
  Client client;
  client.got("a=1; path=/").got("b=2; path=/x/y").got("c=3; path=/x").got("d=4; path=/x/y");
  client.got("e=5; path=/x/").got("f=6; path=/");
  EXPECT_EQ(client.sends("/x/y"), "b=2; d=4; e=5; c=3; a=1; f=6");
}

TEST(CookieJar, DomainsMatch) {
  const auto taken = [](std::string_view host, std::string_view domain) {
    Client client;
    client.host = host;
    client.got(fmt::format("a=1; path=/; domain={}", domain));
    return client.sends("/") == "a=1";
  };
  EXPECT_TRUE(taken("shop.example.com", "example.com"));
  EXPECT_TRUE(taken("shop.example.com", ".EXAMPLE.com"));
  EXPECT_TRUE(taken("Shop.Example.com", "shop.example.com"));
  EXPECT_TRUE(taken("shop.example.com", "")) << "an empty one is none";
  EXPECT_TRUE(taken("localhost", "localhost"));
  EXPECT_TRUE(taken("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(taken("shop.example.com", "other.com"));
  EXPECT_FALSE(taken("shop.example.com", "ample.com"));
  EXPECT_FALSE(taken("example.com", "shop.example.com"));
  EXPECT_FALSE(taken("shop.example.com", "com")) << "a public suffix";
  EXPECT_FALSE(taken("127.0.0.1", "0.0.1")) << "not of an address";
  EXPECT_FALSE(taken("127.0.0.1", "1"));
  EXPECT_FALSE(taken("[::1]", "::1]"));
}

TEST(CookieJar, TheHostsOwnDomainIsNoOther) {
  Client client;
  client.got("a=1; path=/").got("a=2; path=/; domain=SHOP.example");
  EXPECT_EQ(client.sends("/"), "a=2") << "same name, domain and path (5.3, 11)";
  client.host = "a.shop.example";
  client.got("a=3; path=/; domain=shop.example").got("a=4; path=/");
  EXPECT_EQ(client.sends("/"), "a=3; a=4");
}

TEST(CookieJar, SecureOnesGoOverHttpsAlone) {
  Client client;
  client.got("a=1; path=/; secure").got("b=2; path=/");
  EXPECT_EQ(client.sends("/"), "a=1; b=2");
  client.https = false;
  EXPECT_EQ(client.sends("/"), "b=2");
  client.got("c=3; path=/; Secure").got("b=4; path=/; secure");
  EXPECT_EQ(client.sends("/"), "b=2") << "and may not be set over http";
  client.https = true;
  EXPECT_EQ(client.sends("/"), "a=1; b=2");
}

TEST(CookieJar, MaxAgeGoesBeforeExpires) {
  Client client;
  const std::string past = "; expires=Tue, 31 Dec 2019 09:30:00 GMT";
  const std::string soon = "; expires=Wed, 01 Jan 2020 09:30:20 GMT";
  client.got("a=1; path=/; max-age=10" + past).got("b=2; path=/" + soon).got("c=3; path=/");
  client.got("d=4; path=/" + past).got("e=5; path=/; max-age=0" + soon);
  EXPECT_EQ(client.sends("/"), "a=1; b=2; c=3");
  client.pass(seconds(9));
  EXPECT_EQ(client.sends("/"), "a=1; b=2; c=3");
  client.pass(seconds(1));
  EXPECT_EQ(client.sends("/"), "b=2; c=3");
  client.pass(seconds(9));
  EXPECT_EQ(client.sends("/"), "b=2; c=3");
  client.pass(seconds(1));
  EXPECT_EQ(client.sends("/"), "c=3");
  client.pass(hours(24 * 365 * 20));
  EXPECT_EQ(client.sends("/"), "c=3") << "no date: as long as the client";
}

TEST(CookieJar, ExpiredOnesDelete) {
  Client client;
  client.got("a=1; path=/").got("b=2; path=/").got("c=3; path=/");
  client.got("a=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT").got("b=; path=/; max-age=-5");
  client.got("c=; path=/other; max-age=0");
  EXPECT_EQ(client.sends("/"), "c=3");
  client.got("c=; path=/; max-age=0");
  EXPECT_TRUE(client.jar.empty());
}

TEST(CookieJar, FarDatesAreFarAway) {
  Client client;
  client.got("a=1; path=/; max-age=9223372036854775807");
  client.got("b=2; path=/; expires=31 Dec 9999 23:59:59");
  client.got("c=3; path=/; expires=01 Jan 1601 00:00:00");
  client.got("d=4; path=/; max-age=-9223372036854775807");
  EXPECT_EQ(client.sends("/"), "a=1; b=2");
}

TEST(CookieJar, FiftyAreKept) {
  Client client;
  for (int i = 0; i < 50; ++i)
    client.got(fmt::format("c{}={}; path=/{}", i, i, i == 0 ? "long/path" : ""));
  client.got("c3=short; path=/; max-age=5");
  EXPECT_EQ(client.sends("/long/path").substr(0, 16), "c0=0; c1=1; c2=2");
  client.got("c50=50; path=/");
  EXPECT_EQ(client.sends("/long/path").substr(0, 10), "c1=1; c2=2") << "the oldest went";
  client.pass(seconds(5));
  client.got("c51=51; path=/");
  EXPECT_EQ(client.sends("/").substr(0, 16), "c1=1; c2=2; c4=4") << "one that expired went";
  const auto all = client.sends("/");
  EXPECT_EQ(std::count(all.begin(), all.end(), '='), 50);
}

TEST(CookieJar, LargeOnesAreIgnored) {
  Client client;
  const auto fits = 4096 - std::string("a/shop.example").size();
  client.got("a=" + std::string(fits, 'x') + "; path=/");
  EXPECT_EQ(client.sends("/").size(), fits + 2);
  client.got("a=" + std::string(fits + 1, 'y') + "; path=/");
  EXPECT_EQ(client.sends("/"), "a=" + std::string(fits, 'x')) << "what was before stays";
}

TEST(CookieJar, NothingIsAllocatedWhereNothingIsNew) {
  Client client;
  const std::string longest(60, 'x'), shorter(50, 'y');
  const std::string set = "session=" + longest + "; path=/; max-age=100; secure; httponly";
  const std::string again = "session=" + shorter +
                            "; path=/; expires=Wed, 01 Jan 2020 19:30:20 GMT; "
                            "domain=shop.example";
  client.got(set).got("other=1; path=/");
  std::string text;
  client.jar.cookies("/", true, client.now, text);
  const auto before = testing::allocations();
  for (int i = 0; i < 1000; ++i) {
    client.got(set).got(again).got("unknown=1; max-age=0").got("ignored");
    client.jar.cookies("/", true, client.now, text);
  }
  EXPECT_EQ(testing::allocations(), before);
  EXPECT_EQ(text, "session=" + shorter + "; other=1");
  client.got("session=" + std::string(100, 'z') + "; path=/");
  EXPECT_GT(testing::allocations(), before + 1) << "the count counts: one for the string above";
}

}  // namespace
}  // namespace ingress_check
