// For tests of the loop: things that listen and ring, and a loop to put them in.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "harness/event_loop.h"

namespace ingress_check::testing {

inline Instant clock_now() { return std::chrono::steady_clock::now(); }

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

/// With a loop of its own.
class WithLoop : public ::testing::Test {
 protected:
  std::unique_ptr<EventLoop> loop_ = EventLoop::create(4).value();
  /// One turn that waits for nothing.
  bool poll() { return loop_->turn(Instant::min()); }
};

}  // namespace ingress_check::testing
