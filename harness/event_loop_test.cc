#include "harness/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <thread>

namespace ingress_check {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

Instant clock_now() { return std::chrono::steady_clock::now(); }

struct Ear final : Watched {
  std::function<void(Readiness)> hear;
  void on_ready(Readiness what) override { hear(what); }
};
struct Bell final : Timer {
  std::function<void(Instant)> ring;
  void on_due(Instant now) override { ring(now); }
};
/// Two connected ends.
struct Pair {
  Socket ours, theirs;
  Pair() {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return;
    ours = Socket(ends[0]);
    theirs = Socket(ends[1]);
  }
  void say() { EXPECT_EQ(::write(theirs.fd(), "x", 1), 1); }
  std::string hear() {
    char bytes[64];
    const auto got = ::read(ours.fd(), bytes, sizeof bytes);
    return {bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
};

class EventLoopTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventLoop> loop_ = EventLoop::create(4).value();
  /// One turn that waits for nothing.
  bool poll() { return loop_->turn(Instant::min()); }
};

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
  EXPECT_TRUE(loop_->turn(clock_now() + seconds(10)));
  EXPECT_EQ(heard, "x");
  poll();
  EXPECT_EQ(told, 1) << "read to the end: nothing more to tell";
  pair.theirs.close();
  loop_->turn(clock_now() + seconds(10));
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
  loop_->turn(clock_now() + seconds(10));
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

TEST_F(EventLoopTest, TimersComeInOrderAndNeverEarly) {
  std::srand(5);
  const Instant begin = clock_now();
  std::vector<Bell> bells(300);
  std::vector<Instant> dues(bells.size());
  std::vector<std::size_t> rung;
  for (std::size_t i = 0; i < bells.size(); ++i) {
    dues[i] = begin + microseconds(std::rand() % 100 * 200);
    bells[i].ring = [&, i](Instant now) {
      EXPECT_GE(now, dues[i]);
      EXPECT_FALSE(bells[i].armed());
      rung.push_back(i);
    };
    loop_->arm(bells[i], begin + microseconds(std::rand() % 20000));
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

TEST_F(EventLoopTest, ATimerArmedForThePastKeepsNobodyWaiting) {
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

TEST_F(EventLoopTest, TimersOfOneTurnMayDisarmOrMoveEachOther) {
  Bell first, gone, moved;
  int wrong = 0;
  bool again = false;
  first.ring = [&](Instant) {
    EXPECT_TRUE(gone.armed());
    loop_->disarm(gone);
    EXPECT_FALSE(gone.armed());
    loop_->arm(moved, clock_now() + milliseconds(1));
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

TEST_F(EventLoopTest, WaitingIsNoBusyLoop) {
  Pair pair;
  Ear ear;
  ear.hear = [&](Readiness) { pair.hear(); };
  ASSERT_TRUE(loop_->add(ear, pair.ours.fd()));
  Bell bell;
  int rings = 0;
  bell.ring = [&](Instant now) {
    if (++rings < 10) loop_->arm(bell, now + milliseconds(5));
  };
  rusage before{}, after{};
  getrusage(RUSAGE_THREAD, &before);
  loop_->arm(bell, clock_now() + milliseconds(5));
  while (rings < 10) loop_->turn();
  loop_->turn(clock_now() + milliseconds(20));
  getrusage(RUSAGE_THREAD, &after);
  EXPECT_EQ(loop_->counts().due, 10U);
  EXPECT_EQ(loop_->counts().ready, 0U);
  if (loop_->precise()) {
    EXPECT_EQ(loop_->counts().waits, 11U) << "one wait each, one to the end";
  }
  EXPECT_LE(after.ru_nvcsw - before.ru_nvcsw, 30);
  loop_->remove(ear);
}

TEST_F(EventLoopTest, SpinningPollsOnlyShortlyBeforeATimer) {
  loop_->spin_before_timers(microseconds(200));
  Bell bell;
  int rings = 0;
  // On a busy machine a wake-up may come too late to spin: one of twenty is asked for.
  while (rings < 20 && loop_->counts().idle == 0) {
    const Instant due = clock_now() + milliseconds(10);
    bell.ring = [&](Instant now) {
      ++rings;
      EXPECT_GE(now, due);
    };
    loop_->arm(bell, due);
    loop_->turn();
  }
  EXPECT_GE(loop_->counts().idle, 1U);
  EXPECT_EQ(loop_->counts().idle + static_cast<std::uint64_t>(rings), loop_->counts().waits);
  EXPECT_LE(loop_->counts().waits, 4000U) << "10 ms of polls would be some 20,000";
}

TEST_F(EventLoopTest, TheThreadThatTurnsHasNoTimerSlack) {
  std::thread([&] {
    poll();
    EXPECT_EQ(prctl(PR_GET_TIMERSLACK), 1);
  }).join();
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
  while (sum < count) ASSERT_TRUE(loop_->turn(clock_now() + seconds(10)));
  EXPECT_EQ(told, std::vector<int>(count, 1));
  EXPECT_EQ(loop_->counts().registrations, count);
  EXPECT_LE(loop_->counts().waits, count / 64 + 1) << "batches of 64";
  for (auto& ear : ears) loop_->remove(ear);
}

}  // namespace
}  // namespace ingress_check
