#include "harness/timeline.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One request due and answered at each of these seconds.
void note(Timeline& timeline, int from, int to) {
  for (int second = from; second < to; ++second) {
    SecondReply& slice = timeline.at(seconds(second) + milliseconds(500));
    ++slice.due;
    ++slice.done;
    slice.response.record(static_cast<std::uint64_t>(second + 1) * 1'000'000);
  }
}

std::uint64_t all_due(const std::vector<SecondReply>& slices) {
  std::uint64_t sum = 0;
  for (const SecondReply& slice : slices) sum += slice.due;
  return sum;
}

TEST(Timeline, ASecondIsASlice) {
  Timeline timeline(seconds(3));
  note(timeline, 0, 3);
  ++timeline.at(seconds(-1)).failed;
  EXPECT_EQ(timeline.slice(), seconds(1));
  const auto slices = timeline.take();
  ASSERT_EQ(slices.size(), 3U) << "empty ones at the end are left out";
  EXPECT_EQ(slices[0].failed, 1U);
  EXPECT_EQ(slices[2].due, 1U);
}

TEST(Timeline, LongPhasesFoldAndLoseNothing) {
  Timeline timeline(seconds(10));
  note(timeline, 0, 2000);
  EXPECT_EQ(timeline.slice(), seconds(4));
  const auto slices = timeline.take();
  ASSERT_EQ(slices.size(), 500U);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    EXPECT_EQ(slices[i].due, 4U) << i;
    EXPECT_EQ(slices[i].response.total(), 4U) << i;
    EXPECT_EQ(slices[i].response.max(), (4 * i + 4) * 1'000'000) << i;
  }
}

TEST(Timeline, AnOddNumberOfSlicesFoldsToo) {
  Timeline timeline(seconds(1));
  note(timeline, 0, 601);
  EXPECT_EQ(timeline.slice(), seconds(2));
  const auto slices = timeline.take();
  ASSERT_EQ(slices.size(), 301U);
  EXPECT_EQ(slices[300].due, 1U);
  EXPECT_EQ(all_due(slices), 601U);
}

TEST(Timeline, WorkersOfDifferentLengthMerge) {
  for (const bool long_first : {true, false}) {
    Timeline one(seconds(1)), other(seconds(1)), all(seconds(1));
    note(one, 0, 1300);
    note(other, 0, 10);
    all.merge(long_first ? one : other);
    all.merge(long_first ? other : one);
    EXPECT_EQ(all.slice(), seconds(4));
    const auto slices = all.take();
    EXPECT_EQ(slices[0].due, 8U);
    EXPECT_EQ(slices[3].due, 4U);
    EXPECT_EQ(all_due(slices), 1310U);
  }
}

}  // namespace
}  // namespace ingress_check
