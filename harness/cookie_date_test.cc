#include "harness/cookie_date.h"

#include <fmt/chrono.h>
#include <gtest/gtest.h>

namespace ingress_check {
namespace {

std::string read(std::string_view text) {
  const auto date = parse_cookie_date(text);
  if (!date) return "none";
  const auto seconds = std::chrono::floor<std::chrono::seconds>(date->time_since_epoch()).count();
  return fmt::format("{:%F %T}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

TEST(CookieDate, ReadsTheFormsOfHttp) {
  EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), "1994-11-06 08:49:37");
  EXPECT_EQ(read("Sunday, 06-Nov-94 08:49:37 GMT"), "1994-11-06 08:49:37");
  EXPECT_EQ(read("Sun Nov  6 08:49:37 1994"), "1994-11-06 08:49:37");
  EXPECT_EQ(read("Thu, 01 Jan 1970 00:00:00 GMT"), "1970-01-01 00:00:00");
}

TEST(CookieDate, ReadsWhatUserAgentsRead) {
  EXPECT_EQ(read("1:2:3 6 november 69"), "2069-11-06 01:02:03") << "2000 is added up to 69";
  EXPECT_EQ(read("1:2:3 6 november 70"), "1970-11-06 01:02:03") << "1900 from 70";
  EXPECT_EQ(read("6th Decemberly 23:59:59pm 2020AD"), "2020-12-06 23:59:59");
  EXPECT_EQ(read("2020 Feb 29 00:00:00"), "2020-02-29 00:00:00") << "2020 is no day";
  EXPECT_EQ(read("10 Nov 12 08:49:37"), "2012-11-10 08:49:37") << "the first number is the day";
}

TEST(CookieDate, WhatIsNoDate) {
  for (const std::string text :
       {"", "tomorrow", "06 Nov 1994", "06 Nov 08:49:37", "Nov 1994 08:49:37", "06 1994 08:49:37",
        "06 Nov 1994 24:00:00", "06 Nov 1994 08:60:37", "06 Nov 1994 08:49:60",
        "00 Nov 1994 08:49:37", "31 Nov 1994 08:49:37", "29 Feb 2021 00:00:00",
        "32 Jan 1994 08:49:37", "06 Nov 1600 08:49:37", "06 Nov 19945 08:49:37",
        "06 Nov 1994 08:49", "006 Nov 1994x 08:49:37"})
    EXPECT_EQ(read(text), "none") << text;
}

TEST(CookieDate, FarYearsAreAsFarAsTheClockTells) {
  using Clock = std::chrono::system_clock::time_point;
  EXPECT_EQ(parse_cookie_date("31 Dec 9999 23:59:59"), Clock::max());
  EXPECT_EQ(parse_cookie_date("01 Jan 1601 00:00:00"), Clock::min());
}

}  // namespace
}  // namespace ingress_check
