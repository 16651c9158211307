// Sockets on 127.0.0.1 for the two ends of the measurement. A failure ends the program: a figure
// taken with half of its connections would be wrong.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bench {

/// Says what failed, with errno's words, and exits with status 1.
[[noreturn]] void die(std::string_view what);

/// A listening socket on a free port, non-blocking, and its port.
struct Listener {
  int descriptor = -1;
  std::uint16_t port = 0;
};
Listener listen_on_free_port();

/// `count` connections to the port: established, non-blocking, without Nagle's delay.
std::vector<int> connect_all(std::uint16_t port, std::size_t count);

/// An epoll that reports when one of them can be read, level-triggered; `data.u32` is the index.
int watch_all(const std::vector<int>& connections);

/// CLOCK_MONOTONIC.
std::int64_t now_ns();

/// One send of a request for `/`, as wrk's.
void send_request(int connection);

/// One recv of what came back, looked at by nobody: on loopback 299 bytes come in one piece.
void receive_answer(int connection);

}  // namespace bench
