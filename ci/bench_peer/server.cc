#include "ci/bench_peer/server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "ci/bench_peer/loopback.h"

namespace bench {
namespace {

constexpr std::size_t most_times = std::size_t{1} << 22;
constexpr std::string_view end_of_head = "\r\n\r\n";

std::string answer(const std::string& pod_line) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
      "Content-Type: text/plain\r\nContent-Length: 150\r\nConnection: keep-alive\r\n{}\r\n{}",
      pod_line, std::string(150, 'x'));
}

std::vector<std::string> answers(std::size_t pods) {
  if (pods == 0) return {answer("")};
  std::vector<std::string> all;
  for (std::size_t i = 0; i < pods; ++i) {
    all.push_back(answer(fmt::format("X-Echo-Pod: pod-{}\r\nX-Echo-Service: app\r\n", i)));
  }
  return all;
}

/// What an epoll event is about.
enum class Kind : std::uint32_t { http_listener, silent_listener, control, http, silent };

class Server {
 public:
  explicit Server(std::size_t pods) : answers_(answers(pods)) {
    times_.reserve(most_times);
    if (queue_ < 0) die("epoll_create1");
  }

  [[noreturn]] void run() {
    const Listener http = listen_on_free_port(), silent = listen_on_free_port(),
                   control = listen_on_free_port();
    watch(http.descriptor, Kind::http_listener);
    watch(silent.descriptor, Kind::silent_listener);
    watch(control.descriptor, Kind::control);
    fmt::print("http {}\nsilent {}\ncontrol {}\n", http.port, silent.port, control.port);
    std::fflush(stdout);
    std::array<epoll_event, 512> events;
    for (;;) {
      const int ready = epoll_wait(queue_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const std::uint64_t data = events[static_cast<std::size_t>(i)].data.u64;
        handle(static_cast<Kind>(data >> 32), static_cast<int>(data & 0xffffffff));
      }
    }
  }

 private:
  void watch(int descriptor, Kind kind) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = std::uint64_t{static_cast<std::uint32_t>(kind)} << 32 |
                     static_cast<std::uint32_t>(descriptor);
    if (epoll_ctl(queue_, EPOLL_CTL_ADD, descriptor, &event) != 0) die("epoll_ctl");
  }

  void handle(Kind kind, int descriptor) {
    switch (kind) {
      case Kind::http_listener:
        return accept_all(descriptor, Kind::http);
      case Kind::silent_listener:
        return accept_all(descriptor, Kind::silent);
      case Kind::control:
        return report(descriptor);
      case Kind::http:
      case Kind::silent:
        return read(kind, descriptor);
    }
  }

  void accept_all(int listener, Kind kind) {
    for (;;) {
      const int connection = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (connection < 0) return;
      const int on = 1;
      setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (seen_.size() <= static_cast<std::size_t>(connection)) {
        seen_.resize(static_cast<std::size_t>(connection) + 1);
      }
      seen_[static_cast<std::size_t>(connection)] = 0;
      watch(connection, kind);
    }
  }

  void read(Kind kind, int connection) {
    static std::array<char, 65536> buffer;
    const ssize_t size = recv(connection, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      close(connection);
      return;
    }
    if (kind == Kind::silent) return;
    const std::size_t requests = count({buffer.data(), static_cast<std::size_t>(size)},
                                       seen_[static_cast<std::size_t>(connection)]);
    const std::int64_t now = now_ns();
    for (std::size_t i = 0; i < requests; ++i) {
      if (times_.size() < most_times) times_.push_back(now);
      const std::string& text = answers_[requests_++ % answers_.size()];
      // A client that reads so little that 299 bytes find no room is not one that we measure.
      if (send(connection, text.data(), text.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(text.size())) {
        close(connection);
        return;
      }
    }
  }

  /// How many heads end in the text; `seen` is how much of "\r\n\r\n" the text before ended with.
  static std::size_t count(std::string_view text, std::uint8_t& seen) {
    std::size_t heads = 0;
    for (const char c : text) {
      if (c == end_of_head[seen]) {
        if (++seen == end_of_head.size()) seen = 0, ++heads;
      } else {
        seen = c == '\r' ? 1 : 0;
      }
    }
    return heads;
  }

  void report(int listener) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    times_.insert(times_.begin(), {static_cast<std::int64_t>(requests_ - reported_),
                                   static_cast<std::int64_t>(times_.size())});
    const char* next = reinterpret_cast<const char*>(times_.data());
    for (std::size_t left = times_.size() * sizeof(std::int64_t); left > 0;) {
      const ssize_t size = send(connection, next, left, MSG_NOSIGNAL);
      if (size <= 0) break;
      next += size;
      left -= static_cast<std::size_t>(size);
    }
    close(connection);
    times_.clear();
    reported_ = requests_;
  }

  std::vector<std::string> answers_;
  int queue_ = epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::uint8_t> seen_;  ///< by descriptor
  std::vector<std::int64_t> times_;
  std::uint64_t requests_ = 0, reported_ = 0;
};

}  // namespace

void run_server(std::size_t pods) { Server(pods).run(); }

}  // namespace bench
