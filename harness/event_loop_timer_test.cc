#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <thread>

#include "harness/event_loop.h"
#include "harness/event_loop_test.h"

namespace ingress_check {
namespace {

using namespace std::chrono_literals;
using testing::clock_now, testing::Bell, testing::Ear, testing::Pair;
class EventLoopTimers : public testing::WithLoop {};

TEST_F(EventLoopTimers, TimersComeInOrderAndNeverEarly) {
  std::srand(5);
  const Instant begin = clock_now();
  std::vector<Bell> bells(300);
  std::vector<Instant> dues(bells.size());
  std::vector<std::size_t> rung;
  for (std::size_t i = 0; i < bells.size(); ++i) {
    dues[i] = begin + std::chrono::microseconds(std::rand() % 100 * 200);
    bells[i].ring = [&, i](Instant now) {
      EXPECT_GE(now, dues[i]);
      EXPECT_FALSE(bells[i].armed());
      rung.push_back(i);
    };
    loop_->arm(bells[i], begin + std::chrono::microseconds(std::rand() % 20000));
  }
  for (std::size_t i = 0; i < bells.size(); ++i) loop_->arm(bells[i], dues[i]);  // moved
  std::vector<std::size_t> expected;
  for (std::size_t i = 0; i < bells.size(); ++i)
    i % 7 == 3 ? loop_->disarm(bells[i]) : expected.push_back(i);
  std::stable_sort(expected.begin(), expected.end(),
                   [&](std::size_t a, std::size_t b) { return dues[a] < dues[b]; });
  while (rung.size() < expected.size()) loop_->turn();
  EXPECT_EQ(rung, expected);
}

TEST_F(EventLoopTimers, ATimerArmedForThePastKeepsNobodyWaiting) {
  Pair pair;
  Ear ear;
  Bell hurried, patient;
  int rings = 0;
  bool heard = false, rang = false;
  hurried.ring = [&](Instant) {
    if (++rings < 1000) loop_->arm(hurried, Instant::min());
  };
  patient.ring = [&](Instant) { rang = true; };
  ear.hear = [&](Readiness) { heard = true; };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  pair.say();
  loop_->arm(hurried, Instant::min());
  loop_->arm(patient, clock_now());
  poll();
  EXPECT_TRUE(heard && rang);
  EXPECT_EQ(rings, 1);
  loop_->disarm(hurried);
  loop_->remove(ear);
}

TEST_F(EventLoopTimers, TimersOfOneTurnMayDisarmOrMoveEachOther) {
  Bell first, gone, moved;
  int wrong = 0;
  bool again = false;
  first.ring = [&](Instant) {
    EXPECT_TRUE(gone.armed());
    loop_->disarm(gone);
    EXPECT_FALSE(gone.armed());
    loop_->arm(moved, clock_now() + 1ms);
    moved.ring = [&](Instant) { again = true; };
  };
  gone.ring = moved.ring = [&](Instant) { ++wrong; };
  const Instant due = clock_now();
  for (Bell* bell : {&first, &gone, &moved}) loop_->arm(*bell, due);
  poll();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(moved.armed());
  loop_->turn();
  EXPECT_TRUE(again);
}

TEST_F(EventLoopTimers, WaitingIsNoBusyLoop) {
  Pair pair;
  Ear ear;
  ear.hear = [&](Readiness) { pair.hear(); };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  Bell bell;
  int rings = 0;
  bell.ring = [&](Instant now) {
    if (++rings < 10) loop_->arm(bell, now + 5ms);
  };
  rusage before{}, after{};
  getrusage(RUSAGE_THREAD, &before);
  loop_->arm(bell, clock_now() + 5ms);
  while (rings < 10) loop_->turn();
  loop_->turn(clock_now() + 20ms);
  getrusage(RUSAGE_THREAD, &after);
  EXPECT_EQ(loop_->counts().due, 10U);
  EXPECT_EQ(loop_->counts().ready, 0U);
  if (loop_->precise()) {
    EXPECT_EQ(loop_->counts().waits, 11U) << "one wait each, one to the end";
  }
  EXPECT_LE(after.ru_nvcsw - before.ru_nvcsw, 30);
  loop_->remove(ear);
}

TEST_F(EventLoopTimers, SpinningPollsOnlyShortlyBeforeATimer) {
  loop_->spin_before_timers(500us);
  Bell bell;
  int rings = 0;
  // On a busy machine a wake-up may come too late to spin: one of two hundred is asked for.
  while (rings < 200 && loop_->counts().idle == 0) {
    const Instant due = clock_now() + 5ms;
    bell.ring = [&](Instant now) {
      ++rings;
      EXPECT_GE(now, due);
    };
    loop_->arm(bell, due);
    loop_->turn();
  }
  EXPECT_GE(loop_->counts().idle, 1U);
  EXPECT_EQ(loop_->counts().idle + static_cast<std::uint64_t>(rings), loop_->counts().waits);
  EXPECT_LE(loop_->counts().waits, 5000U) << "5 ms of polls would be some 15,000";
}

TEST_F(EventLoopTimers, TheThreadThatTurnsHasNoTimerSlack) {
  std::thread([&] {
    poll();
    EXPECT_EQ(prctl(PR_GET_TIMERSLACK), 1);
  }).join();
}

}  // namespace
}  // namespace ingress_check
