#include "ci/bench_peer/floor.h"

#include <sys/epoll.h>

#include <array>

#include "ci/bench_peer/loopback.h"

namespace bench {

void run_floor(std::uint16_t port, std::size_t count, std::uint64_t requests) {
  const auto connections = connect_all(port, count);
  const int queue = watch_all(connections);
  std::uint64_t sent = 0;
  for (const int connection : connections) {
    if (sent == requests) break;
    send_request(connection);
    ++sent;
  }
  std::array<epoll_event, 512> events;
  for (std::uint64_t answered = 0; answered < requests;) {
    const int ready = epoll_wait(queue, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int connection = connections[events[static_cast<std::size_t>(i)].data.u32];
      receive_answer(connection);
      ++answered;
      if (sent == requests) continue;
      send_request(connection);
      ++sent;
    }
  }
}

}  // namespace bench
