#include "harness/set_cookie.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ingress_check {
namespace {

/// All that was read, as one line; "none" if the field is ignored.
std::string read(std::string_view field) {
  const auto cookie = parse_set_cookie(field);
  if (!cookie) return "none";
  std::string text = fmt::format("{}={}", cookie->name, cookie->value);
  if (!cookie->path.empty()) text += fmt::format(" path {}", cookie->path);
  if (!cookie->domain.empty()) text += fmt::format(" domain {}", cookie->domain);
  if (cookie->secure) text += " secure";
  if (cookie->http_only) text += " http-only";
  if (!cookie->same_site.empty()) text += fmt::format(" same-site {}", cookie->same_site);
  if (cookie->max_age) text += fmt::format(" max-age {}", *cookie->max_age);
  if (cookie->expires)
    text += fmt::format(" expires {}", cookie->expires->time_since_epoch().count() / 1000000000);
  return text;
}

TEST(SetCookie, ReadsEveryAttribute) {
  EXPECT_EQ(read("sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600; "
                 "Domain=.shop.example; Expires=Thu, 01 Jan 1970 00:01:00 GMT"),
            "sid=31d4d96e407aad42 path / domain shop.example secure http-only same-site Lax "
            "max-age 3600 expires 60");
  EXPECT_EQ(read("a=b;PATH=/x;sEcUrE=no;max-age=-1;HTTPONLY"),
            "a=b path /x secure http-only max-age -1");
}

TEST(SetCookie, ReadsNamesAndValues) {
  EXPECT_EQ(read("  a  =  b c  "), "a=b c");
  EXPECT_EQ(read("a=\"b\""), "a=\"b\"") << "quotes belong to the value";
  EXPECT_EQ(read("a=b=c=d; x"), "a=b=c=d");
  EXPECT_EQ(read("a="), "a=");
  EXPECT_EQ(read("a=;"), "a=");
  EXPECT_EQ(read("a=b;;; ;=;=x;unknown=y"), "a=b");
  EXPECT_EQ(read("\xc3\xa4=\xc3\xb6"), "\xc3\xa4=\xc3\xb6");
}

TEST(SetCookie, WhatIsIgnored) {
  EXPECT_EQ(read(""), "none");
  EXPECT_EQ(read("a"), "none");
  EXPECT_EQ(read("a; b=c"), "none") << "an = of an attribute is none of the pair";
  EXPECT_EQ(read("=b"), "none");
  EXPECT_EQ(read("  =b"), "none");
  EXPECT_EQ(read("a=b\x01"), "none");
  EXPECT_EQ(read("a=b; path=/\r\n"), "none");
  EXPECT_EQ(read(std::string_view("a=\0b", 4)), "none");
  EXPECT_EQ(read("a=b\tc"), "a=b\tc") << "HTAB is no control character here";
}

TEST(SetCookie, AttributesThatAreIgnored) {
  EXPECT_EQ(read("a=b; path=x"), "a=b");
  EXPECT_EQ(read("a=b; path=/x; path="), "a=b") << "the last counts: the default path";
  EXPECT_EQ(read("a=b; domain=; domain=x.y; domain="), "a=b domain x.y");
  EXPECT_EQ(read("a=b; max-age=1x; max-age=+1; max-age=; max-age= 7"), "a=b max-age 7");
  EXPECT_EQ(read("a=b; expires=never"), "a=b");
  EXPECT_EQ(read("a=b; max-age=1; max-age=2"), "a=b max-age 2");
}

TEST(SetCookie, MaxAgeIsClamped) {
  EXPECT_EQ(read("a=b; max-age=9223372036854775807"), "a=b max-age 9223372036854775807");
  EXPECT_EQ(read("a=b; max-age=9223372036854775808"), "a=b max-age 9223372036854775807");
  EXPECT_EQ(read("a=b; max-age=99999999999999999999999"), "a=b max-age 9223372036854775807");
  EXPECT_EQ(read("a=b; max-age=-99999999999999999999999"), "a=b max-age -9223372036854775807");
  EXPECT_EQ(read("a=b; max-age=-"), "a=b max-age 0");
}

}  // namespace
}  // namespace ingress_check
