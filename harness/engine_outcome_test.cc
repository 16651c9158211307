// What goes wrong on the way: every request ends in exactly one outcome, and the run on time.
#include <atomic>
#include <thread>

#include "harness/engine_test.h"

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

/// A port that nobody listens on.
std::uint16_t dead_port() {
  RawServer server(answering(std::string(kOk)));
  return server.port();
}

LoadReply both(RawServer& server, Outcome expected, std::uint64_t requests = 40) {
  Target target = target_at(server.port());
  target.timeout = milliseconds(200);
  const LoadReply reply = *run(target, closed(target, requests, 4)).load;
  EXPECT_EQ(reply.counts.of(expected), requests) << to_string(expected);
  expect_sums(reply);
  const LoadReply open = *run(target, paced(target, 200, milliseconds(200))).load;
  EXPECT_EQ(open.counts.due, 40U);
  EXPECT_EQ(open.counts.answered(), 0U);
  EXPECT_EQ(open.counts.of(expected) + open.counts.dropped, 40U) << to_string(expected);
  expect_sums(open);
  return reply;
}

TEST(EngineOutcome, NobodyListens) {
  const Target target = target_at(dead_port());
  const LoadReply reply = *run(target, closed(target, 40, 4)).load;
  EXPECT_EQ(reply.counts.of(Outcome::refused), 40U);
  EXPECT_EQ(reply.counts.sent(), 0U);
  expect_sums(reply);
  const LoadReply open = *run(target, paced(target, 5000, milliseconds(200))).load;
  EXPECT_EQ(open.counts.of(Outcome::refused), 1000U);
  expect_sums(open);
}

TEST(EngineOutcome, TheNameIsNotKnown) {
  Target target = target_at(80);
  target.address.clear();
  target.url.host = "nobody.invalid";
  const LoadReply reply = *run(target, closed(target, 8, 2)).load;
  EXPECT_EQ(reply.counts.of(Outcome::unresolved), 8U);
  expect_sums(reply);
}

TEST(EngineOutcome, NoAnswerAtAll) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  both(server, Outcome::timeout, 8);
}

TEST(EngineOutcome, TheHeadersNeverEnd) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nX: ");
    connection.wait_for_close();
  });
  both(server, Outcome::timeout, 8);
}

TEST(EngineOutcome, ClosedBeforeAnAnswer) {
  RawServer server([](RawConnection& connection) { connection.read_request(); });
  both(server, Outcome::reset);
}

TEST(EngineOutcome, ResetInsteadOfAnAnswer) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.reset();
  });
  both(server, Outcome::reset);
}

TEST(EngineOutcome, CutInTheBody) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  both(server, Outcome::truncated);
}

TEST(EngineOutcome, Garbage) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.write("SSH-2.0-OpenSSH_9.2\r\n");
    connection.wait_for_close();
  });
  both(server, Outcome::malformed);
}

TEST(EngineOutcome, TlsAgainstAPlainServer) {
  RawServer server([](RawConnection& connection) {
    char hello[2048];
    connection.read(hello, sizeof hello);
    connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  });
  Target target = target_at(server.port(), true);
  const LoadReply reply = *run(target, closed(target, 8, 2)).load;
  EXPECT_EQ(reply.counts.of(Outcome::tls_error), 8U);
  expect_sums(reply);
}

TEST(EngineOutcome, ACertificateThatDoesNotVerify) {
  const auto credentials = make_untrusted_credentials();
  RawServer server(answering(std::string(kOk)), &*credentials);
  Target target = target_at(server.port(), true);
  EXPECT_EQ(run(target, closed(target, 4, 2)).load->counts.of(Outcome::tls_error), 4U);
  target.insecure = true;
  const LoadReply reply = *run(target, closed(target, 100, 2)).load;
  EXPECT_EQ(reply.counts.answered(), 100U);
  EXPECT_EQ(reply.tls.total(), 2U);
  expect_sums(reply);
}

TEST(EngineOutcome, TheServerDiesMidway) {
  auto server = std::make_unique<RawServer>(answering(std::string(kOk)));
  Target target = target_at(server->port());
  target.timeout = milliseconds(300);
  std::jthread killer;
  Watch watch;
  std::atomic<bool> dead{false};
  watch.load = [&](const LoadProgress&) {
    if (!dead.exchange(true)) server.reset();
  };
  const auto began = Clock::now();
  const LoadReply reply = *run(target, paced(target, 1000, milliseconds(500)), watch).load;
  EXPECT_EQ(reply.counts.due, 500U);
  EXPECT_GT(reply.counts.failed(), 0U);
  EXPECT_LT(Clock::now() - began, seconds(5));
  expect_sums(reply);
}

TEST(EngineOutcome, MoreThanTheConnectionsCanCarryWaits) {
  // Each answer takes 20 ms: two connections carry 100 a second of the 200 that are due.
  RawServer server([](RawConnection& connection) {
    while (!connection.read_request().empty()) {
      std::this_thread::sleep_until(Clock::now() + milliseconds(20));
      connection.write(kOk);
    }
  });
  const Target target = target_at(server.port());
  Load load = paced(target, 200, milliseconds(500), 2);
  const LoadReply queued = *run(target, load).load;
  EXPECT_EQ(queued.counts.answered(), 100U);
  EXPECT_GT(queued.counts.queued, 40U);
  EXPECT_GT(queued.response.percentile(90), 300'000'000U) << "latency counts from when it was due";
  EXPECT_LT(queued.service.percentile(50), 60'000'000U);
  EXPECT_LT(queued.generator.late.percentile(90), 10'000'000U) << "the queue is not our lateness";
  expect_sums(queued);
  std::get<OpenLoop>(load.arrivals).full = OpenLoop::Full::drop;
  const LoadReply dropped = *run(target, load).load;
  EXPECT_GT(dropped.counts.dropped, 20U);
  EXPECT_EQ(dropped.counts.queued, 0U);
  expect_sums(dropped);
  load.connections.most = 16;
  const LoadReply opened = *run(target, load).load;
  EXPECT_EQ(opened.counts.answered(), 100U);
  EXPECT_GT(server.connections(), 6);
  expect_sums(opened);
}

TEST(EngineOutcome, AStopRequestEndsItAtOnce) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  const Target target = target_at(server.port());
  std::atomic<bool> stop{true};
  Watch watch;
  watch.stop = &stop;
  const auto began = Clock::now();
  const Evidence evidence = run(target, paced(target, 1000, seconds(60)), watch);
  EXPECT_LT(Clock::now() - began, seconds(1));
  EXPECT_EQ(evidence.end, End::interrupted);
  EXPECT_EQ(evidence.load->counts.unfinished, evidence.load->counts.due);
  expect_sums(*evidence.load);
}

TEST(EngineOutcome, TheDeadlineEndsIt) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  Watch watch;
  watch.deadline = Clock::now() + milliseconds(200);
  const Evidence evidence = run(target, paced(target, 500, seconds(60)), watch);
  EXPECT_EQ(evidence.end, End::out_of_time);
  EXPECT_LT(Clock::now() - watch.deadline, seconds(1));
  EXPECT_GT(evidence.load->counts.answered(), 20U);
  EXPECT_LT(evidence.load->lasted, seconds(1));
  expect_sums(*evidence.load);
}

TEST(EngineOutcome, TheBreakerEndsWhatOnlyFails) {
  RawServer server(answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
  const Target target = target_at(server.port());
  Load load = paced(target, 500, seconds(60));
  load.breaker = Breaker{};
  const auto began = Clock::now();
  const Evidence evidence = run(target, load);
  EXPECT_EQ(evidence.end, End::breaker);
  EXPECT_NE(evidence.load->breaker.find("failed"), std::string::npos) << evidence.load->breaker;
  EXPECT_LT(Clock::now() - began, seconds(8));
  expect_sums(*evidence.load);
}

// What the check itself provokes does not count, every other 5xx does.
TEST(EngineOutcome, TheBreakerKnowsWhatIsProvoked) {
  for (const int status : {503, 502}) {
    RawServer server(
        answering("HTTP/1.1 " + std::to_string(status) + " No\r\nContent-Length: 0\r\n\r\n"));
    const Target target = target_at(server.port());
    Load load = paced(target, 500, milliseconds(1600));
    load.breaker = Breaker{.provoked = {{{429, 429}, {503, 503}}}};
    EXPECT_EQ(run(target, load).end, status == 503 ? End::complete : End::breaker) << status;
  }
}

}  // namespace
}  // namespace ingress_check
