// What the figures say against what the server knows that it did.
#include <thread>

#include "harness/engine_test.h"

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Answers at once, but holds everything for 150 ms of each 500.
class StallingServer {
 public:
  StallingServer()
      : began_(Clock::now()), server_([this](RawConnection& connection) {
          while (!connection.read_request().empty()) {
            std::this_thread::sleep_until(free_from(Clock::now()));
            connection.write(kOk);
          }
        }) {}
  std::uint16_t port() const { return server_.port(); }

  /// When a request that comes at `at` is answered.
  Instant free_from(Instant at) const {
    const auto into = (at - began_) % every;
    return into >= from ? at - into + every : at;
  }
  static constexpr auto every = milliseconds(500), from = milliseconds(350);

 private:
  Instant began_;
  RawServer server_;
};

std::uint64_t above(const Histogram& histogram, Duration limit) {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < histogram.buckets().size(); ++i)
    if (histogram.buckets().low(i) > static_cast<std::uint64_t>(limit.count()))
      count += histogram.at(i);
  return count;
}

// Two stalls and more fall into 1.2 s; of each, requests that were due in its first 75 ms wait for
// 75 ms or more: 15 of 100 requests a second, three stalls, 7 to 8 each.
TEST(EngineTruth, AnOpenLoopSeesEveryRequestThatAStallHit) {
  const StallingServer server;
  const Target target = target_at(server.port());
  Load load = paced(target, 200, milliseconds(1500), 64);
  load.samples = true;
  const LoadReply reply = *run(target, load).load;
  EXPECT_EQ(reply.counts.answered(), 300U);
  // Exactly half of each stall: 0.075 s x 200/s, three times.
  EXPECT_NEAR(static_cast<double>(above(reply.response, milliseconds(75))), 45, 6);
  EXPECT_EQ(reply.response.total(), 300U) << "nothing is synthesised";
  // With a connection for each there is nothing to wait for before sending.
  EXPECT_NEAR(static_cast<double>(above(reply.service, milliseconds(75))), 45, 6);
}

TEST(EngineTruth, AClosedLoopIsHitOnceAConnection) {
  const StallingServer server;
  const Target target = target_at(server.port());
  Load load = closed(target, 0, 3);
  load.arrivals = ClosedLoop{milliseconds(1500), 0};
  const LoadReply reply = *run(target, load).load;
  EXPECT_LE(above(reply.response, milliseconds(75)), 3U * 4);
  EXPECT_GE(above(reply.response, milliseconds(75)), 3U * 2);
}

// One connection: what was due meanwhile waits for it. Response latency counts that, service
// latency does not (coordinated omission).
TEST(EngineTruth, ResponseAndServiceDifferByTheWaitForAConnection) {
  const StallingServer server;
  const Target target = target_at(server.port());
  const LoadReply reply = *run(target, paced(target, 200, milliseconds(1500), 1)).load;
  EXPECT_EQ(reply.counts.answered(), 300U);
  EXPECT_NEAR(static_cast<double>(above(reply.response, milliseconds(75))), 45, 8);
  EXPECT_LE(above(reply.service, milliseconds(75)), 4U);
  EXPECT_NEAR(static_cast<double>(above(reply.send_delay, milliseconds(75))), 42, 8);
}

}  // namespace
}  // namespace ingress_check
