#include "harness/program/load_notes.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

Load steady(double rate, Duration lasts) {
  Load load;
  load.arrivals = OpenLoop{{{rate, rate, lasts}}};
  return load;
}

TEST(LoadNotes, SaysHowMuchHowFastAndHowLong) {
  Load load = steady(500, std::chrono::seconds(30));
  EXPECT_EQ(plan_of_load("steady", load),
            "load steady: at most 15,000 requests, 500/s at its peak, 30s, 64 connections");
  load.samples = true;
  EXPECT_EQ(plan_of_load("steady", load),
            "load steady: at most 15,000 requests, 500/s at its peak, 30s, 64 connections; "
            "samples take 840kB");
}

TEST(LoadNotes, SaysWhenSamplesEnd) {
  Load load = steady(50'000, std::chrono::seconds(30));
  load.samples = true;
  const std::string text = plan_of_load("storm", load);
  EXPECT_NE(text.find("beyond a million requests only summaries are kept"), std::string::npos)
      << text;
  load.samples = false;
  EXPECT_EQ(plan_of_load("storm", load).find("summaries"), std::string::npos);
}

TEST(LoadNotes, AClosedLoopByTimeHasNoCount) {
  Load load;
  load.arrivals = ClosedLoop{std::chrono::seconds(10), 0};
  EXPECT_EQ(plan_of_load("flat out", load),
            "load flat out: as fast as answers come, 10s, 64 connections");
  load.arrivals = ClosedLoop{{}, 1000};
  EXPECT_EQ(plan_of_load("flat out", load),
            "load flat out: at most 1,000 requests, as fast as answers come, 64 connections");
}

class Nowhere : public Sender {
 public:
  Result<Evidence> send(const Target&, const Traffic&, Watch&) override { return Evidence{}; }
};

TEST(LoadNotes, NotesLoadsAlone) {
  Nowhere nowhere;
  LoadNotes notes(nowhere);
  Watch watch;
  ASSERT_TRUE(notes.send({}, {"one", Http{}}, watch));
  EXPECT_TRUE(notes.lines().empty());
  ASSERT_TRUE(notes.send({}, {"two", steady(5, std::chrono::seconds(1))}, watch));
  ASSERT_EQ(notes.lines().size(), 1u);
  EXPECT_TRUE(notes.lines()[0].starts_with("load two: at most 5 requests"));
}

}  // namespace
}  // namespace ingress_check
