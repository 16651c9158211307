// What the figures say against what the server knows that it did: it answers nobody for 200 ms of
// every 2 s, and writes down when.
#include <sched.h>

#include <algorithm>
#include <cmath>

#include "harness/engine_test.h"
#include "harness/stalling_server_test.h"

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;

constexpr double kPercents[] = {50, 95, 99, 99.9};
constexpr std::int64_t ms = 1'000'000;

/// Within 2 % or 1 ms of the truth, whichever is more. Both in ns.
bool agrees(std::uint64_t reported, std::int64_t exact) {
  const double off = std::abs(static_cast<double>(reported) - static_cast<double>(exact));
  return off <= std::max(0.02 * static_cast<double>(exact), 1.0 * ms);
}

/// The value that `percent` of all do not exceed.
std::int64_t percentile(std::vector<std::int64_t> values, double percent) {
  std::ranges::sort(values);
  const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()) - 1e-9);
  return values.at(static_cast<std::size_t>(std::max(1.0, rank)) - 1);
}

/// While it lasts, this thread and those that it starts run before all others of the machine, where
/// that is allowed: what a neighbour does is no part of the truth.
class Undisturbed {
 public:
  Undisturbed() { static_cast<void>(schedule(SCHED_FIFO, 1)); }
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;
  ~Undisturbed() { static_cast<void>(schedule(SCHED_OTHER, 0)); }

 private:
  static int schedule(int policy, int priority) {
    sched_param wanted{};
    wanted.sched_priority = priority;
    return sched_setscheduler(0, policy, &wanted);
  }
};

/// A load with one thread against a stalling server, and both their stories told side by side. Of
/// every load p50 to p99.9 must agree with what the server wrote down of each request.
class EngineTruth : public ::testing::Test {
 protected:
  explicit EngineTruth(Duration takes = {}) : server_(takes) {}
  void send(Load load) {
    load.samples = true;
    const Evidence evidence = run(target_, load);
    server_.finish();
    reply_ = *evidence.load;
    expect_sums(reply_);
    pair();
    for (const double percent : kPercents) {
      SCOPED_TRACE(percent);
      expect_agreement(reply_.response, exact_response, percent);
      expect_agreement(reply_.service, exact_service, percent);
    }
  }
  Target target() const { return target_; }

  static void expect_agreement(const Histogram& reported, const std::vector<std::int64_t>& exact,
                               double percent) {
    EXPECT_TRUE(agrees(reported.percentile(percent), percentile(exact, percent)))
        << reported.percentile(percent) << " against " << percentile(exact, percent);
  }

  /// By what the server wrote down of each request: how long after due, or sent, it answered.
  std::vector<std::int64_t> exact_response, exact_service;
  /// By the arithmetic of due times and the stalls that were, which no request had a part in.
  std::vector<std::int64_t> by_schedule(double rate) const {
    std::vector<std::int64_t> all;
    for (std::uint64_t i = 0; i < reply_.counts.due; ++i) {
      const Duration due(static_cast<std::int64_t>(static_cast<double>(i) * 1e9 / rate));
      all.push_back((server_.free_from(begin_ + due) - (begin_ + due)).count());
    }
    return all;
  }

  Undisturbed undisturbed_;
  StallingServer server_;
  LoadReply reply_;

 private:
  /// Sample and answer of the same request: the nth on the same connection. Connections are
  /// numbered as they were opened, and accepted in that order.
  void pair() {
    std::vector<std::vector<Sample>> sent(server_.answers().size());
    for (const Sample& sample : reply_.samples.at(0))
      sent.at(sample.connection - 1).push_back(sample);
    Duration offset = Duration::max();  // of the begin: no request came before it was sent
    for (std::size_t c = 0; c < sent.size(); ++c) {
      std::ranges::sort(sent[c], {}, &Sample::sent);
      ASSERT_EQ(sent[c].size(), server_.answers()[c].size()) << "nothing lost, nothing made up";
      for (std::size_t i = 0; i < sent[c].size(); ++i)
        offset = std::min(
            offset, server_.answers()[c][i].read.time_since_epoch() - Duration(sent[c][i].sent));
    }
    begin_ = Instant(offset);
    for (std::size_t c = 0; c < sent.size(); ++c)
      for (std::size_t i = 0; i < sent[c].size(); ++i) compare(sent[c][i], server_.answers()[c][i]);
  }
  void compare(const Sample& sample, const StallingServer::Answer& answer) {
    const auto written = (answer.written - begin_).count();
    EXPECT_LE(sample.sent, (answer.read - begin_).count());
    EXPECT_LE(written, sample.done + 1 * ms) << "the begin is known to a part of this";
    exact_response.push_back(written - sample.due);
    exact_service.push_back(written - sample.sent);
  }

  Target target_ = target_at(server_.port());
  Instant begin_{};
};

std::uint64_t above(const Histogram& histogram, Duration limit) {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < histogram.buckets().size(); ++i)
    if (histogram.buckets().low(i) > static_cast<std::uint64_t>(limit.count()))
      count += histogram.at(i);
  return count;
}

// A connection for each request that a stall holds up: all go out when they are due.
TEST_F(EngineTruth, AnOpenLoopSeesEveryRequestThatAStallHit) {
  send(paced(target(), 400, milliseconds(8000), 128));
  EXPECT_EQ(reply_.counts.answered(), 3200U);
  EXPECT_EQ(reply_.response.total(), 3200U) << "nothing is synthesised";
  ASSERT_GE(server_.stalls().size(), 4U);
  const auto by_stalls = by_schedule(400);
  for (const double percent : kPercents) {
    SCOPED_TRACE(percent);
    expect_agreement(reply_.response, by_stalls, percent);
    expect_agreement(reply_.service, by_stalls, percent);  // nothing waits before it is sent
  }
}

// One connection: what is due meanwhile waits for it. Response latency counts that, service
// latency does not (coordinated omission): by it one request a stall was slow.
TEST_F(EngineTruth, ResponseAndServiceDifferByTheWaitForAConnection) {
  send(paced(target(), 400, milliseconds(6000), 1));
  EXPECT_EQ(reply_.counts.answered(), 2400U);
  // The comparisons can fail: who took service for response latency would be found out.
  for (const double percent : {95.0, 99.0})
    EXPECT_FALSE(agrees(reply_.service.percentile(percent), percentile(by_schedule(400), percent)));
  EXPECT_EQ(above(reply_.service, milliseconds(50)), server_.stalls().size());
  EXPECT_GE(above(reply_.response, milliseconds(50)), 2 * 400 * 15 / 100);
}

/// With a server that is at work on each answer: a closed loop does not eat up the machine.
class EngineTruthAtWork : public EngineTruth {
 protected:
  EngineTruthAtWork() : EngineTruth(milliseconds(1)) {}
};

// A closed loop waits with the server, and so asks least when it is slow: three answers of each
// stall, of thousands. Its 99th percentile knows of no stall.
TEST_F(EngineTruthAtWork, AClosedLoopIsHitOnceAConnection) {
  Load load = closed(target(), 0, 3);
  load.arrivals = ClosedLoop{milliseconds(4000), 0};
  send(load);
  EXPECT_LT(reply_.response.percentile(99), 10U * ms);
  EXPECT_EQ(above(reply_.response, milliseconds(150)), 3 * server_.stalls().size());
}

}  // namespace
}  // namespace ingress_check
