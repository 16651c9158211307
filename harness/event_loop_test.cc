#include "harness/event_loop.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

#include "harness/event_loop_test.h"

namespace ingress_check {
namespace {

using namespace std::chrono_literals;
using testing::clock_now, testing::Bell, testing::Ear, testing::Pair;
class EventLoopTest : public testing::WithLoop {};

TEST_F(EventLoopTest, TellsReadingAndTheEnd) {
  Pair pair;
  Ear ear;
  std::string heard;
  int told = 0;
  ear.hear = [&](Readiness what) {
    ++told;
    EXPECT_TRUE(what.readable);
    EXPECT_FALSE(what.writable);
    heard += pair.hear();
  };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  poll();
  EXPECT_EQ(told, 0);
  pair.say();
  EXPECT_TRUE(loop_->turn(clock_now() + 10s));
  EXPECT_EQ(heard, "x");
  poll();
  EXPECT_EQ(told, 1) << "read to the end: nothing more to tell";
  pair.theirs.close();
  loop_->turn(clock_now() + 10s);
  EXPECT_EQ(told, 2);
  loop_->remove(ear);
  poll();
  EXPECT_EQ(told, 2);
}

TEST_F(EventLoopTest, WhatIsNotReadIsToldAgain) {
  Pair pair;
  Ear ear;
  int told = 0;
  ear.hear = [&](Readiness) { ++told; };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  pair.say();
  for (int i = 0; i < 3; ++i) poll();
  EXPECT_EQ(told, 3);
  loop_->remove(ear);
}

TEST_F(EventLoopTest, TellsWritingOnlyWhileWanted) {
  Pair pair;
  Ear ear;
  int writable = 0;
  ear.hear = [&](Readiness what) { writable += what.writable; };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  poll();
  EXPECT_EQ(writable, 0);
  const std::string much(1 << 16, 'x');
  while (::write(pair.ours.fd(), much.data(), much.size()) > 0) {
  }
  ASSERT_EQ(errno, EAGAIN);
  loop_->want_write(ear, true);
  loop_->want_write(ear, true);
  poll();
  EXPECT_EQ(writable, 0) << "there is no room yet";
  char bytes[1 << 16];
  while (::read(pair.theirs.fd(), bytes, sizeof bytes) > 0) {
  }
  loop_->turn(clock_now() + 10s);
  EXPECT_EQ(writable, 1);
  loop_->want_write(ear, false);
  poll();
  EXPECT_EQ(writable, 1);
  EXPECT_EQ(loop_->counts().registrations, 3U) << "added, changed twice; the same again is free";
  loop_->remove(ear);
}

TEST_F(EventLoopTest, AFailedConnectionIsToldAsFailed) {
  Pair pair;
  Ear ear;
  Readiness last;
  ear.hear = [&](Readiness what) { last = what; };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd(), true));
  poll();
  EXPECT_TRUE(last.writable && !last.failed);
  shutdown(pair.ours.fd(), SHUT_WR);
  pair.theirs.close();
  poll();
  EXPECT_TRUE(last.failed);
  loop_->remove(ear);
}

TEST_F(EventLoopTest, OneThatIsRemovedByAnotherIsNotTold) {
  Pair pairs[2];
  Ear ears[2];
  int told = 0;
  for (int i = 0; i < 2; ++i) {
    ears[i].hear = [&, i](Readiness) {
      ++told;
      loop_->remove(ears[1 - i]);
    };
    ASSERT_TRUE(loop_->add(ears[i], pairs[i].ours.fd()));
    pairs[i].say();
  }
  poll();
  EXPECT_EQ(told, 1);
  Bell bell;
  bell.ring = [&](Instant) {
    loop_->remove(ears[0]);
    loop_->remove(ears[1]);
  };
  loop_->arm(bell, clock_now());
  poll();
  EXPECT_EQ(told, 1) << "a timer's removal counts for the batch of its turn";
}

TEST_F(EventLoopTest, ADescriptorThatCannotBeWatchedIsAnError) {
  Ear ear;
  EXPECT_FALSE(loop_->add(ear, -1));
  loop_->remove(ear);
}

TEST_F(EventLoopTest, StopFromAnotherThreadEndsALoopThatWaits) {
  Pair pair;
  Ear ear;
  int told = 0;
  ear.hear = [&](Readiness) { ++told; };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  std::thread other([&] { loop_->stop(); });
  loop_->run();
  other.join();
  pair.say();
  EXPECT_FALSE(loop_->turn()) << "stopped for good";
  EXPECT_EQ(told, 0);
}

TEST_F(EventLoopTest, ThousandsOfDescriptorsAreEachToldOnce) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 10000);
  setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t count = std::min<std::size_t>(4000, (limit.rlim_cur - 100) / 2);
  std::vector<Pair> pairs(count);
  std::vector<Ear> ears(count);
  std::vector<int> told(count);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    ears[i].hear = [&, i](Readiness) {
      pairs[i].hear();
      ++told[i];
      ++sum;
    };
    ASSERT_TRUE(loop_->add(ears[i], pairs[i].ours.fd())) << i;
  }
  for (auto& pair : pairs) pair.say();
  while (sum < count) ASSERT_TRUE(loop_->turn(clock_now() + 10s));
  EXPECT_EQ(told, std::vector<int>(count, 1));
  EXPECT_EQ(loop_->counts().registrations, count);
  EXPECT_LE(loop_->counts().waits, count / 64 + 1) << "batches of 64";
  for (auto& ear : ears) loop_->remove(ear);
}

}  // namespace
}  // namespace ingress_check
