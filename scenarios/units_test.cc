#include "scenarios/units.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

using namespace std::chrono_literals;

std::string mistake(const auto& result) {
  return result ? "none" : result.error().what + " | " + result.error().hint;
}

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("5ns").value(), 5ns);
  EXPECT_EQ(parse_duration("20us").value(), 20us);
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
  EXPECT_EQ(parse_duration("10m").value(), 10min);
  EXPECT_EQ(parse_duration("1h").value(), 1h);
  EXPECT_EQ(parse_duration("0s").value(), 0s);
}

TEST(ParseDuration, SaysWhatToWrite) {
  EXPECT_EQ(mistake(parse_duration("250")),
            "\"250\" has no unit | write 250ns, 250us, 250ms, 250s, 250m or 250h");
  EXPECT_EQ(mistake(parse_duration("5sec")),
            "unknown unit \"sec\" in \"5sec\" | write 5s (units: ns, us, ms, s, m, h)");
  EXPECT_EQ(mistake(parse_duration("5 s")),
            "a space between number and unit in \"5 s\" | write 5s (units: ns, us, ms, s, m, h)");
  EXPECT_EQ(
      mistake(parse_duration("1m30s")),
      "more than one number in \"1m30s\" | write 250ms, 10s or 5m (units: ns, us, ms, s, m, h)");
  EXPECT_EQ(mistake(parse_duration("-5s")), "\"-5s\" is negative | write 250ms, 10s or 5m");
  EXPECT_EQ(mistake(parse_duration("soon")),
            "\"soon\" is not a duration | write 250ms, 10s or 5m (units: ns, us, ms, s, m, h)");
  EXPECT_EQ(mistake(parse_duration("9999999999h")),
            "\"9999999999h\" is longer than 292 years | write a shorter time");
  for (const char* text : {"", " 5s", "5s ", "5 s", ".5s", "5.s", "1e3s", "0x5s", "1h30m", "1.2.3s",
                           "inf", "nan", "+5s", "5S"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(ParseRate, ReadsPerSecondMinuteHour) {
  EXPECT_DOUBLE_EQ(parse_rate("3/s").value().per_second, 3);
  EXPECT_DOUBLE_EQ(parse_rate("30/m").value().per_second, 0.5);
  EXPECT_DOUBLE_EQ(parse_rate("3600/h").value().per_second, 1);
  EXPECT_EQ(mistake(parse_rate("3")), "\"3\" has no unit | write 3/s, 3/m or 3/h");
  EXPECT_EQ(mistake(parse_rate("0/s")), "\"0/s\" is not above zero | write a rate such as 3/s");
  EXPECT_EQ(mistake(parse_rate("99999999999999/s")),
            "\"99999999999999/s\" is too high | write a rate such as 500/s");
  EXPECT_EQ(mistake(parse_rate("3rps")),
            "unknown unit \"rps\" in \"3rps\" | write 3/s (units: /s, /m, /h)");
}

TEST(ParseSize, ReadsBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_size("10B").value().bytes, 10u);
  EXPECT_EQ(parse_size("4KiB").value().bytes, 4096u);
  EXPECT_EQ(parse_size("1.5MiB").value().bytes, 1572864u);
  EXPECT_EQ(parse_size("2GB").value().bytes, 2'000'000'000u);
  EXPECT_EQ(mistake(parse_size("4kib")),
            "unknown unit \"kib\" in \"4kib\" | write 4KiB (units: B, KiB, MiB, GiB, kB, "
            "MB, GB)");
  EXPECT_EQ(mistake(parse_size("0.3B")),
            "\"0.3B\" is not a whole number of bytes | write a size such as 1536B");
  EXPECT_FALSE(parse_size("99999999GiB"));
}

TEST(ParseShare, IsAPercentage) {
  EXPECT_DOUBLE_EQ(parse_share("99%").value().of_one, 0.99);
  EXPECT_DOUBLE_EQ(parse_share("100%").value().of_one, 1);
  EXPECT_DOUBLE_EQ(parse_share("0%").value().of_one, 0);
  EXPECT_EQ(mistake(parse_share("99")), "\"99\" has no unit | write 99%");
  EXPECT_EQ(mistake(parse_share("101%")),
            "\"101%\" is more than 100% | write a share from 0% to 100%");
}

TEST(ParseStatuses, ReadsCodesAndClasses) {
  EXPECT_TRUE(parse_statuses("2xx").value().contains(204));
  EXPECT_FALSE(parse_statuses("2xx").value().contains(300));
  EXPECT_TRUE(parse_statuses("404").value().contains(404));
  EXPECT_EQ(mistake(parse_statuses("999")),
            "999 is not a status from 100 to 599 | write a code such as 200, a class such as 2xx, "
            "or a list such as [200, 204]");
  for (const char* text : {"", "99", "600", "6xx", "20x", "2XX", "2000", "ok"})
    EXPECT_FALSE(parse_statuses(text)) << text;
}

TEST(ToString, IsTheShortestThatReadsBack) {
  EXPECT_EQ(to_string(Duration(250ms)), "250ms");
  EXPECT_EQ(to_string(Duration(1500ms)), "1.5s");
  EXPECT_EQ(to_string(Duration(90s)), "90s");
  EXPECT_EQ(to_string(Duration(2min)), "2m");
  EXPECT_EQ(to_string(Duration(24h)), "24h");
  EXPECT_EQ(to_string(Duration(0s)), "0s");
  EXPECT_EQ(to_string(Duration(1234567ns)), "1.23ms");
  EXPECT_EQ(to_string(Duration(-5s)), "-5s");
  EXPECT_EQ(to_string(Duration(12345678ms)), "12346s");
  EXPECT_EQ(parse_rate("60/m")->unit, 60);
  EXPECT_EQ(parse_rate("1/s")->unit, 1);
  EXPECT_EQ(*parse_rate("60/m"), *parse_rate("1/s"));
  EXPECT_EQ(to_string(Rate{3}), "3/s");
  EXPECT_EQ(to_string(Rate{0.5}), "30/m");
  EXPECT_EQ(to_string(Rate{100.0 / 3600}), "100/h");
  EXPECT_EQ(to_string(Rate{123456.789}), "123457/s");
  EXPECT_EQ(to_string(Size{4096}), "4KiB");
  EXPECT_EQ(to_string(Size{1000}), "1kB");
  EXPECT_EQ(to_string(Size{12345}), "12.1KiB");
  EXPECT_EQ(to_string(Size{0}), "0B");
  EXPECT_EQ(to_string(Share{0.99}), "99%");
  EXPECT_EQ(to_string(Share{0.9999}), "99.99%");
  EXPECT_EQ(to_string(Share{1.0 / 3}), "33.3%");
  EXPECT_EQ(to_string(Share{0.99999999}), "99.999999%");
  EXPECT_EQ(to_string(Statuses{{{200, 299}}}), "2xx");
  EXPECT_EQ(to_string(Statuses{{{200, 200}, {204, 204}}}), "[200, 204]");
}

TEST(ToString, ReadsBack) {
  for (const char* text : {"7ns", "20us", "333ms", "1.5s", "45s", "90m", "6h"})
    EXPECT_EQ(parse_duration(to_string(parse_duration(text).value())).value(),
              parse_duration(text).value())
        << text;
  for (const char* text : {"3/s", "0.5/s", "7/m", "1/h", "2500/s", "1.25/s"})
    EXPECT_NEAR(parse_rate(to_string(parse_rate(text).value())).value().per_second,
                parse_rate(text).value().per_second, 1e-9)
        << text;
  for (const char* text : {"1B", "1536B", "64KiB", "10kB", "3GiB"})
    EXPECT_EQ(parse_size(to_string(parse_size(text).value())).value(), parse_size(text).value())
        << text;
}

}  // namespace
}  // namespace ingress_check
