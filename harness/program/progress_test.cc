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
  EXPECT_EQ(live_text("load", progress), "load  3s of 90s  1,234/s  3 failed  mean 1.02ms");
  progress.server_errors = 1500;
  progress.lasts = {};
  progress.mean_latency = {};
  EXPECT_EQ(live_text("load", progress), "load  3s, 4,000 of 5,000  1,234/s  3 failed  1,500 5xx");
}

TEST(LiveLine, InALogALoadSaysEveryTenSecondsThatItGoesOn) {
  testing::internal::CaptureStderr();
  {
    LiveLine live(false, true);
    for (int second = 1; second <= 25; ++second)
      live.show("load", at(std::chrono::seconds(second)));
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text,
            "  load  10s of 90s  1,234/s  3 failed  mean 1.02ms\n"
            "  load  20s of 90s  1,234/s  3 failed  mean 1.02ms\n");
}

TEST(LiveLine, SaysNothingWhereNobodyAsked) {
  testing::internal::CaptureStderr();
  LiveLine(false).show("load", at(std::chrono::seconds(20)));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LiveLine, ErasesItself) {
  testing::internal::CaptureStderr();
  LiveLine(true).show("load", at(std::chrono::seconds(1)));
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
}

}  // namespace
}  // namespace ingress_check
