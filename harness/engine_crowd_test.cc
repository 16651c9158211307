// Ten thousand connections at once from one machine, and what is said where its limits end.
#include <sys/resource.h>

#include <fstream>
#include <set>

#include "harness/engine_test.h"
#include "harness/load_limits.h"
#include "harness/nginx_test.h"
#include "harness/system_limits.h"

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t crowd = 10'000;

/// Of this process, soft and hard; more than it has needs root.
bool set_descriptors(rlim_t count) {
  const rlimit files{count, count};
  return setrlimit(RLIMIT_NOFILE, &files) == 0;
}

std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

/// What the crowd did, and how many bytes this process had grown by when all had been answered.
struct Told {
  LoadReply reply;
  std::int64_t grown = 0;
};

Told send_crowd(const Nginx& nginx, bool https, std::uint32_t threads) {
  Target target = target_at(https ? nginx.tls() : nginx.plain, https);
  target.address[0].host = nginx.ip;
  target.insecure = true;
  target.timeout = seconds(60);
  target.http = HttpVersion::http1;
  Load load = closed(target, 2 * crowd, crowd);
  load.threads = threads;
  load.samples = true;
  const std::int64_t before = resident_bytes();
  std::int64_t after = before;
  Watch watch;
  // Told the last time while the connections' memory is still held.
  watch.load = [&](const LoadProgress&) { after = std::max(after, resident_bytes()); };
  return {*run(target, load, watch).load, after - before};
}

/// Each was opened once, before the first request, and carried requests: all of them stood at the
/// same time.
void expect_crowd(const LoadReply& reply) {
  EXPECT_EQ(reply.counts.due, 2U * crowd);
  EXPECT_EQ(reply.counts.answered(), 2U * crowd);
  EXPECT_EQ(reply.connect.total(), crowd);
  std::set<std::pair<std::size_t, std::uint32_t>> used;
  for (std::size_t worker = 0; worker < reply.samples.size(); ++worker)
    for (const Sample& sample : reply.samples[worker]) used.insert({worker, sample.connection});
  EXPECT_EQ(used.size(), crowd);
  expect_sums(reply);
}

class EngineCrowd : public ::testing::TestWithParam<std::pair<bool, std::uint32_t>> {};

TEST_P(EngineCrowd, TenThousandConnectionsAtOnce) {
  const auto [https, threads] = GetParam();
  const std::uint64_t needed = crowd + 1'000;
  raise_descriptor_limit();
  const bool enough = system_limits().descriptors >= needed || set_descriptors(needed);
  ASSERT_TRUE(enough) << "`ulimit -n " << needed << "` is needed for this test";
  const Nginx nginx;
  const Told told = send_crowd(nginx, https, threads);
  expect_crowd(told.reply);
  EXPECT_EQ(told.reply.tls.total(), https ? crowd : 0U);
  EXPECT_EQ(told.reply.generator.cpu.size(), threads);
  const auto each = told.grown / crowd;
  fmt::print("{} bytes a connection\n", each);
  RecordProperty("bytes_a_connection", static_cast<int>(each));
  // What the check before a load reckons with.
  Load reckoned = closed(target_at(1, https), 1, crowd);
  reckoned.threads = threads;
  EXPECT_LE(static_cast<std::uint64_t>(told.grown), bytes_of(reckoned, threads));
}

INSTANTIATE_TEST_SUITE_P(, EngineCrowd,
                         ::testing::Values(std::pair{false, 1U}, std::pair{false, 8U},
                                           std::pair{true, 2U}));

// Both in a process of their own, whose limit is lowered.
TEST(EngineLimits, TooFewDescriptorsAreSaidBeforeAnythingIsSent) {
  const auto child = [] {
    set_descriptors(200);
    const Target target = target_at(1);
    Resolver resolver(0, seconds(1));
    Watch watch;
    Evidence evidence;
    const auto sent = run_load(target, closed(target, 1000, 500), {}, resolver, watch, evidence);
    fmt::print(stderr, "{}; {}", sent ? "sent" : sent.error().what, sent ? "" : sent.error().hint);
    std::_Exit(evidence.load ? 1 : 0);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(0),
              "500 connections need [0-9]+ file descriptors, but this process may have 200; as "
              "root `ulimit -n 65536`");
}

// Something else of the process takes them all when the first request has come; the connections of
// the ramp come after it.
TEST(EngineLimits, DescriptorsThatRunOutMeanwhileAreSaid) {
  const auto child = [] {
    set_descriptors(200);
    RawServer server([](RawConnection& connection) {
      while (!connection.read_request().empty()) {
        while (dup(STDERR_FILENO) >= 0) continue;
        connection.write(kOk);
      }
    });
    const Target target = target_at(server.port());
    Load load = closed(target, 0, 100);
    load.arrivals = ClosedLoop{milliseconds(500), 0};
    load.connections.ramp = milliseconds(400);
    const LoadReply reply = *run(target, load).load;
    expect_sums(reply);
    for (const auto& why : reply.generator.why) fmt::print(stderr, "{}\n", why);
    std::_Exit(reply.counts.of(Outcome::local) > 0 && !::testing::Test::HasFailure() ? 0 : 1);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(0),
              "[0-9]+ connections found no free descriptor .ulimit -n 65536.");
}

}  // namespace
}  // namespace ingress_check
