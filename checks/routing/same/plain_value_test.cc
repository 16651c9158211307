// What says the same is the same, and no more than that.
#include "checks/routing/same/plain_value.h"

#include <fmt/chrono.h>
#include <gtest/gtest.h>

#include "checks/routing/same/two_ingresses_test.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace {

using practice::TwoIngresses;
using same::plain_value;

void expect_alike(const std::string& name, const std::string& a, const std::string& b) {
  EXPECT_EQ(plain_value(name, a), plain_value(name, b)) << name;
}

void expect_other(const std::string& name, const std::string& a, const std::string& b) {
  EXPECT_NE(plain_value(name, a), plain_value(name, b)) << name;
}

TEST(SamePlainValue, ListsHaveNoOrder) {
  expect_alike("vary", "Accept, Origin", "origin,ACCEPT");
  expect_alike("allow", "GET, HEAD", "HEAD,GET");
  expect_alike("access-control-allow-methods", "GET, PUT", "PUT,GET");
  expect_alike("access-control-allow-headers", "X-A, X-B", "x-b,x-a");
  expect_alike("cache-control", "No-Cache, max-age=60", "max-age=60,no-cache");
  expect_other("vary", "Accept", "Accept, Origin");
  expect_other("cache-control", "max-age=60", "max-age=61");
  expect_other("access-control-allow-methods", "PATCH", "patch");
  expect_other("x-list", "a, b", "b, a");
  expect_other("cache-control", "private=\"a, b\"", "private=\"b, c\"");
}

TEST(SamePlainValue, MediaTypes) {
  expect_alike("content-type", "text/plain;charset=UTF-8", "Text/Plain ; charset=utf-8");
  expect_other("content-type", "text/plain", "text/plain; charset=utf-8");
  expect_other("content-type", "multipart/mixed; boundary=A", "multipart/mixed; boundary=a");
}

TEST(SamePlainValue, EndsOfCookies) {
  EXPECT_TRUE(same::same_expires("60 s ahead", "62 s ahead"));
  EXPECT_TRUE(same::same_expires("86400 s ahead", "86000 s ahead"));
  EXPECT_FALSE(same::same_expires("60 s ahead", "86400 s ahead"));
  EXPECT_FALSE(same::same_expires("60 s ahead", "70 s ahead"));
  EXPECT_FALSE(same::same_expires("none", "past"));
  EXPECT_FALSE(same::same_expires("past", "1 s ahead"));
  const auto cookie = parse_set_cookie("a=1; Expires=Thu, 01 Jan 1970 00:01:00 GMT");
  ASSERT_TRUE(cookie);
  Exchange exchange;
  EXPECT_EQ(same::plain_expires(*cookie, exchange), "60 s ahead") << "of our own clock";
  exchange.headers.add("Date", "Thu, 01 Jan 1970 00:00:20 GMT");
  EXPECT_EQ(same::plain_expires(*cookie, exchange), "40 s ahead");
  exchange.headers.set("Date", "Thu, 01 Jan 2026 00:00:20 GMT");
  EXPECT_EQ(same::plain_expires(*cookie, exchange), "past");
}

/// A cookie that ends so long after its answer, and a second more after every other one.
std::function<void(const Request&, Exchange&)> ending_after(int seconds) {
  return [seconds, asked = 0](const Request&, Exchange& exchange) mutable {
    const auto now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2);
    const auto at = now + std::chrono::seconds(seconds + ++asked % 2);
    exchange.headers.set("Date", "Fri, 02 Jan 2026 00:00:00 GMT");
    exchange.headers.add("Set-Cookie",
                         fmt::format("session=1; Path=/; Expires={:%a, %d %b %Y %H:%M:%S} GMT",
                                     std::chrono::time_point_cast<std::chrono::seconds>(at)));
  };
}

Verdict compared(int old, int fresh) {
  TwoIngresses two;
  two.old.twist = ending_after(old);
  two.fresh.twist = ending_after(fresh);
  return practice::compare(checks::same, "requests: [/app1]", two).verdict;
}

TEST(SamePlainValue, CookiesThatEndAtAnotherTime) {
  EXPECT_EQ(compared(60, 61).kind, Verdict::Kind::pass);
  EXPECT_EQ(compared(-60, -3600).kind, Verdict::Kind::pass);
  for (const int other : {86'400, -60}) {
    const auto verdict = compared(60, other);
    ASSERT_EQ(verdict.kind, Verdict::Kind::fail) << practice::told(verdict);
    EXPECT_EQ(verdict.diagnoses.at(0).cause, "cookie-attributes-differ");
    EXPECT_NE(verdict.findings.at(0).expected.find("Expires \"60 s ahead\""), std::string::npos)
        << practice::told(verdict);
  }
}

TEST(SamePlainValue, OtherLettersAreNoDifference) {
  TwoIngresses two;
  const auto answers = [](const std::string& vary, const std::string& type) {
    return [=](const Request&, Exchange& exchange) {
      exchange.headers.set("Vary", vary);
      exchange.headers.set("Content-Type", type);
    };
  };
  two.old.twist = answers("A, B", "text/plain;charset=UTF-8");
  two.fresh.twist = answers("B,A", "text/plain; charset=utf-8");
  const auto verdict = practice::compare(checks::same, "requests: [/app1]", two).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << practice::told(verdict);
}

}  // namespace
}  // namespace ingress_check
