#include <sys/epoll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <deque>

#include "ci/bench_peer/floor.h"
#include "ci/bench_peer/loopback.h"

namespace bench {
namespace {

timespec until(std::int64_t due) {
  const std::int64_t left = std::max<std::int64_t>(due - now_ns(), 0);
  return {left / 1'000'000'000, left % 1'000'000'000};
}

}  // namespace

void run_pacer(std::uint16_t port, std::size_t count, double rate, double seconds) {
  prctl(PR_SET_TIMERSLACK, 1);
  const auto connections = connect_all(port, count);
  const int queue = watch_all(connections);
  std::deque<std::uint32_t> free;
  for (std::uint32_t i = 0; i < count; ++i) free.push_back(i);

  const auto requests = static_cast<std::uint64_t>(rate * seconds);
  const double interval_ns = 1e9 / rate;
  const std::int64_t begin = now_ns();
  const auto due = [&](std::uint64_t i) {
    return begin + static_cast<std::int64_t>(interval_ns * static_cast<double>(i));
  };
  std::array<epoll_event, 512> events;
  std::uint64_t sent = 0, answered = 0;
  while (answered < requests) {
    while (sent < requests && !free.empty() && due(sent) <= now_ns()) {
      send_request(connections[free.front()]);
      free.pop_front();
      ++sent;
    }
    const bool waits_for_time = sent < requests && !free.empty();
    const timespec left = until(due(sent));
    const int ready = epoll_pwait2(queue, events.data(), static_cast<int>(events.size()),
                                   waits_for_time ? &left : nullptr, nullptr);
    for (int i = 0; i < ready; ++i) {
      const std::uint32_t index = events[static_cast<std::size_t>(i)].data.u32;
      receive_answer(connections[index]);
      free.push_back(index);
      ++answered;
    }
  }
}

}  // namespace bench
