#include "ci/bench_peer/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int connect_to(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) die("socket");
  const sockaddr_in address = loopback(port);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die("connect");
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

}  // namespace

void die(std::string_view what) {
  fmt::print(stderr, "bench-peer: {}: {}\n", what, std::strerror(errno));
  std::exit(1);
}

Listener listen_on_free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (descriptor < 0 || bind(descriptor, generic, size) != 0 || listen(descriptor, 4096) != 0 ||
      getsockname(descriptor, generic, &size) != 0) {
    die("listen");
  }
  return {descriptor, ntohs(address.sin_port)};
}

std::vector<int> connect_all(std::uint16_t port, std::size_t count) {
  std::vector<int> connections;
  connections.reserve(count);
  for (std::size_t i = 0; i < count; ++i) connections.push_back(connect_to(port));
  return connections;
}

int watch_all(const std::vector<int>& connections) {
  const int queue = epoll_create1(EPOLL_CLOEXEC);
  if (queue < 0) die("epoll_create1");
  for (std::uint32_t i = 0; i < connections.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = i;
    if (epoll_ctl(queue, EPOLL_CTL_ADD, connections[i], &event) != 0) die("epoll_ctl");
  }
  return queue;
}

std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void send_request(int connection) {
  static constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  if (send(connection, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    die("send");
  }
}

void receive_answer(int connection) {
  static std::array<char, 65536> buffer;
  if (recv(connection, buffer.data(), buffer.size(), 0) <= 0) die("recv");
}

}  // namespace bench
