#include "harness/program/progress.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

LoadProgress at(Duration elapsed) {
  LoadProgress progress;
  progress.elapsed = elapsed;
  progress.lasts = std::chrono::seconds(90);
  progress.due = 5000;
  progress.done = 4000;
  progress.failed = 3;
  progress.rate = 1234.4;
  progress.mean_latency = std::chrono::microseconds(1020);
  return progress;
}

TEST(LiveLine, TellsHowALoadStands) {
  LoadProgress progress = at(std::chrono::milliseconds(3001));
  EXPECT_EQ(live_text({"load"}, progress),
            "load  3s of 90s  87s left  1,234/s  3 failed  mean 1.02ms");
  progress.server_errors = 1500;
  progress.lasts = {};
  progress.mean_latency = {};
  EXPECT_EQ(live_text({"load"}, progress),
            "load  3s, 4,000 of 5,000  1s left  1,234/s  3 failed  1,500 5xx");
}

TEST(LiveLine, InALogALoadSaysEveryTenSecondsThatItGoesOn) {
  testing::internal::CaptureStderr();
  {
    LiveLine live(0, true);
    for (int second = 1; second <= 25; ++second)
      live.show({"load"}, at(std::chrono::seconds(second)));
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text,
            "  load  10s of 90s  80s left  1,234/s  3 failed  mean 1.02ms\n"
            "  load  20s of 90s  70s left  1,234/s  3 failed  mean 1.02ms\n");
}

TEST(LiveLine, SaysNothingWhereNobodyAsked) {
  testing::internal::CaptureStderr();
  LiveLine(0).show({"load"}, at(std::chrono::seconds(20)));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LiveLine, OfALoadItsCountIsNotShownAsWell) {
  testing::internal::CaptureStderr();
  {
    LiveLine live(80);
    live.show({"latency", 1, 2, "load"}, at(std::chrono::seconds(1)));
    live.show({"latency", 1, 2, "load"}, 7, 8);
    live.show({"latency", 1, 2, "after"}, 5, 6);
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("7 of 8"), text.npos) << text;
  EXPECT_NE(text.find("5 of 6"), text.npos) << text;
}

TEST(LiveLine, ErasesItself) {
  testing::internal::CaptureStderr();
  LiveLine(80).show({"load"}, at(std::chrono::seconds(1)));
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
}

TEST(LiveLine, SaysWhichCheckAndPhase) {
  const Whereabouts where{"latency", 3, 12, "storm"};
  EXPECT_TRUE(
      live_text(where, at(std::chrono::seconds(3))).starts_with("3/12 latency, storm  3s of "));
  EXPECT_EQ(live_text(where, 40, 84, std::chrono::seconds(10)),
            "3/12 latency, storm  40 of 84  11s left");
  EXPECT_EQ(live_text(where, 40, 84, std::chrono::milliseconds(100)),
            "3/12 latency, storm  40 of 84")
      << "too early to guess";
  EXPECT_EQ(live_text(where, 0, 84, std::chrono::seconds(10)), "3/12 latency, storm  0 of 84");
  EXPECT_EQ(live_text({"load", 1, 1, "load"}, 1, 840'000, std::chrono::minutes(10)),
            "1/1 load  1 of 840,000  6000m00s left");
}

TEST(LiveLine, NeverWrapsAndIsNotDrivenByNames) {
  testing::internal::CaptureStderr();
  LiveLine(40).show({"check \x1b[2J with a long name", 1, 2, "phase"}, at(std::chrono::seconds(1)));
  std::string text = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(text.starts_with("\r\x1b[K"));
  text = text.substr(4, text.find('\r', 1) - 4);
  EXPECT_LT(text.size(), 40u);
  EXPECT_EQ(text.find('\x1b'), text.npos);
}

}  // namespace
}  // namespace ingress_check
