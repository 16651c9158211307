#include "harness/footprints.h"

#include <gtest/gtest.h>

#include <vector>

namespace ingress_check {
namespace {

using std::chrono::seconds;

const Instant begin{};
const std::vector<std::string> here = {"192.0.2.1"}, there = {"192.0.2.2"},
                               both = {"192.0.2.1", "192.0.2.2"};

Traffic quiet(Duration time) { return {.name = "calm", .send = Http{}, .quiet = time}; }

Traffic storm(Duration refill) {
  return {.name = "storm", .send = Http{}, .leaves = Leftover{"a drained bucket", refill}};
}

TEST(Footprints, WhereNothingWasSentNothingIsWaitedFor) {
  const Footprints none;
  EXPECT_EQ(none.turn(here, quiet(seconds(300)), begin).at, begin);
  EXPECT_EQ(none.turn(here, quiet(seconds(300)), begin).why, "");
}

TEST(Footprints, OnlyWhatIsMissingIsWaitedFor) {
  Footprints prints;
  prints.sent(here, quiet({}), begin);
  const auto turn = prints.turn(here, quiet(seconds(5)), begin + seconds(2));
  EXPECT_EQ(turn.at, begin + seconds(5));
  EXPECT_EQ(turn.why, "nothing may be sent for 5s before it");
  EXPECT_EQ(prints.turn(here, quiet(seconds(5)), begin + seconds(7)).at, begin + seconds(7));
  EXPECT_EQ(prints.turn(here, quiet({}), begin + seconds(2)).at, begin + seconds(2));
}

TEST(Footprints, AnythingSentBeginsTheQuietAnew) {
  Footprints prints;
  prints.sent(here, quiet({}), begin);
  prints.sent(here, quiet({}), begin + seconds(4));
  EXPECT_EQ(prints.turn(here, quiet(seconds(5)), begin + seconds(5)).at, begin + seconds(9));
}

TEST(Footprints, WhatAPhaseLeftIsOverBeforeAnyOtherBegins) {
  Footprints prints;
  prints.sent(here, storm(seconds(10)), begin);
  const auto turn = prints.turn(here, quiet({}), begin + seconds(1));
  EXPECT_EQ(turn.at, begin + seconds(10));
  EXPECT_EQ(turn.why, "an earlier phase left a drained bucket");
  prints.sent(here, storm(seconds(2)), begin + seconds(1));
  EXPECT_EQ(prints.turn(here, quiet(seconds(1)), begin + seconds(2)).at, begin + seconds(10))
      << "a shorter one does not shorten it";
}

TEST(Footprints, OneThatLooksAtWhatWasLeftWaitsForItsQuietAlone) {
  Footprints prints;
  prints.sent(here, storm(seconds(100)), begin);
  auto recovery = quiet(seconds(5));
  recovery.amid_leftovers = true;
  EXPECT_EQ(prints.turn(here, recovery, begin + seconds(1)).at, begin + seconds(5));
}

TEST(Footprints, PlacesAreApart) {
  Footprints prints;
  prints.sent(here, storm(seconds(10)), begin);
  EXPECT_EQ(prints.turn(there, quiet(seconds(5)), begin).at, begin);
  EXPECT_EQ(prints.turn(both, quiet({}), begin).at, begin + seconds(10));
}

}  // namespace
}  // namespace ingress_check
