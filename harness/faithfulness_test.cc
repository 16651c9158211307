#include "harness/faithfulness.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

LoadReply reply_of(double idle, const std::string& address) {
  LoadReply reply;
  reply.generator.idle = idle;
  reply.addresses = {address};
  judge_generator({}, reply);
  return reply;
}

TEST(Faithfulness, ATargetOnABusyMachineMayHaveBeenHeldUp) {
  for (const char* here : {"127.5.0.1:8080", "[::1]:80", "[::ffff:127.0.0.1]:80"})
    EXPECT_EQ(reply_of(0.01, here).generator.held_up,
              "the target is on this machine, whose processors were busy for 99% of the time");
  EXPECT_TRUE(reply_of(0.4, "127.0.0.1:80").generator.held_up.empty());
  EXPECT_TRUE(reply_of(0.01, "192.0.2.7:80").generator.held_up.empty());
}

TEST(Faithfulness, SharesAreOfTheTimeBetween) {
  const MachineTimes before{.all = 100, .idle = 50, .steal = 1};
  const MachineTimes after{.all = 300, .idle = 100, .steal = 11};
  EXPECT_DOUBLE_EQ(idle_share(before, after), 0.25);
  EXPECT_DOUBLE_EQ(stolen_share(before, after), 0.05);
  EXPECT_DOUBLE_EQ(idle_share(before, before), 1) << "no tick passed";
}

}  // namespace
}  // namespace ingress_check
