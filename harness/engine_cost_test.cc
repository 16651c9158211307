// What a request costs, counted, not timed: memory taken, calls of the system.
#include <dlfcn.h>
#include <sys/epoll.h>

#include "harness/allocations_test.h"
#include "harness/engine_test.h"
#include "harness/nginx_test.h"

namespace {

std::atomic<std::uint64_t> sends{0}, receives{0}, controls{0};

}  // namespace

// These stand before the C library's for all that is linked into this program.
extern "C" ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  static const auto real =
      reinterpret_cast<ssize_t (*)(int, const void*, size_t, int)>(dlsym(RTLD_NEXT, "send"));
  sends.fetch_add(1, std::memory_order_relaxed);
  return real(fd, bytes, size, flags);
}
extern "C" ssize_t recv(int fd, void* bytes, size_t size, int flags) {
  static const auto real =
      reinterpret_cast<ssize_t (*)(int, void*, size_t, int)>(dlsym(RTLD_NEXT, "recv"));
  receives.fetch_add(1, std::memory_order_relaxed);
  return real(fd, bytes, size, flags);
}
extern "C" int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  static const auto real =
      reinterpret_cast<int (*)(int, int, int, epoll_event*)>(dlsym(RTLD_NEXT, "epoll_ctl"));
  controls.fetch_add(1, std::memory_order_relaxed);
  return real(epoll, operation, fd, event);
}

namespace ingress_check {
namespace {

using namespace testing;

struct Cost {
  std::uint64_t allocations, sends, receives, controls;
};

Cost so_far() { return {allocations_in_all(), sends, receives, controls}; }

/// A run of `requests` over 8 connections, all it took included.
Cost cost_of(const Target& target, std::uint64_t requests) {
  Load load = closed(target, requests, 8);
  const Cost before = so_far();
  const Evidence evidence = run(target, load);
  const Cost after = so_far();
  EXPECT_EQ(evidence.load->counts.answered(), requests);
  return {after.allocations - before.allocations, after.sends - before.sends,
          after.receives - before.receives, after.controls - before.controls};
}

Target at(const Nginx& nginx, std::uint16_t port, bool https = false) {
  Target target = target_at(port, https);
  target.address[0].host = nginx.ip;
  target.insecure = true;
  target.answered_by.any.pod_header = "X-Pod";
  return target;
}

// nginx closes a connection after 1,000 requests, so what each connection costs comes in again.
TEST(EngineCost, ARequestTakesNoMemoryAndTwoCalls) {
  const Nginx nginx;
  const Target target = at(nginx, nginx.plain);
  cost_of(target, 100);
  const Cost few = cost_of(target, 1000), many = cost_of(target, 7000);
  EXPECT_LE(many.allocations, few.allocations + 8);
  EXPECT_EQ(many.sends - few.sends, 6000U);
  EXPECT_LE(many.receives - few.receives, 6000U + 16);
  EXPECT_LE(many.controls, few.controls + 16) << "a descriptor is registered once";
}

TEST(EngineCost, TheTimelineAndThePodsAreTakenBeforehand) {
  const Nginx nginx;
  const Target target = at(nginx, nginx.plain);
  Load load = paced(target, 2000, std::chrono::milliseconds(100));
  const auto cost = [&](int rate) {
    load.arrivals = OpenLoop{
        {{static_cast<double>(rate), static_cast<double>(rate), std::chrono::milliseconds(500)}}};
    const Cost before = so_far();
    run(target, load);
    return so_far().allocations - before.allocations;
  };
  cost(200);
  const auto few = cost(200), many = cost(4000);
  EXPECT_LE(many, few + 64) << "queues grow with what waits at once, not with what is sent";
}

}  // namespace
}  // namespace ingress_check
