#include "harness/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace ingress_check {
namespace {

std::string words(int error) { return std::generic_category().message(error); }

Outcome outcome_of(int error) {
  switch (error) {
    case ECONNREFUSED:
      return Outcome::refused;
    case ETIMEDOUT:
      return Outcome::connect_timeout;
    case ECONNRESET:
    case EPIPE:
      return Outcome::reset;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EACCES:  // a firewall of ours, or a broadcast address
    case EPERM:
      return Outcome::unreachable;
    default:
      return Outcome::local;
  }
}

void fail(Connection& connection, Outcome outcome, std::string detail) {
  connection.socket.close();
  connection.outcome = outcome;
  connection.detail = std::move(detail);
}

void fail(Connection& connection, int error) { fail(connection, outcome_of(error), words(error)); }

Connection connect_one(const Endpoint& peer, Instant until, const Watch& watch) {
  Connection out;
  out.peer = peer;
  const auto start = std::chrono::steady_clock::now();
  out.socket =
      Socket(::socket(peer.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!out.socket.open()) {
    fail(out, Outcome::local, words(errno));
    return out;
  }
  const int fd = out.socket.fd(), on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int error = 0;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&peer.storage), peer.size) != 0)
    error = errno;
  if (error == EINPROGRESS) {
    const Wait wait = wait_for(fd, POLLOUT, until, watch);
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    out.stopped = wait == Wait::stopped;
    if (wait != Wait::ready) error = ETIMEDOUT;
  }
  if (error != 0) fail(out, error);
  out.local.size = sizeof out.local.storage;
  if (out.socket.open())
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&out.local.storage), &out.local.size);
  out.took = std::chrono::steady_clock::now() - start;
  return out;
}

Transfer failed(int error) {
  const bool reset = error == ECONNRESET || error == EPIPE;
  return {reset ? Transfer::End::reset : Transfer::End::failed, 0, words(error)};
}

Transfer not_ready(Wait wait) {
  return {wait == Wait::stopped ? Transfer::End::stopped : Transfer::End::timed_out, 0, {}};
}

}  // namespace

std::string Endpoint::text() const {
  std::array<char, INET6_ADDRSTRLEN> ip{};
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    inet_ntop(AF_INET, &v4.sin_addr, ip.data(), static_cast<socklen_t>(ip.size()));
    return fmt::format("{}:{}", ip.data(), ntohs(v4.sin_port));
  }
  if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    inet_ntop(AF_INET6, &v6.sin6_addr, ip.data(), static_cast<socklen_t>(ip.size()));
    return fmt::format("[{}]:{}", ip.data(), ntohs(v6.sin6_port));
  }
  return {};
}

std::optional<Endpoint> Endpoint::of(const std::string& ip, std::uint16_t port) {
  Endpoint out;
  auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
  if (inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    out.size = sizeof v4;
    return out;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    out.size = sizeof v6;
    return out;
  }
  return std::nullopt;
}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

int Socket::release() { return std::exchange(fd_, -1); }

void Socket::close() {
  if (fd_ >= 0) ::close(release());
}

void Socket::abort_on_close() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

Wait wait_for(int fd, short events, Instant until, const Watch& watch) {
  using std::chrono::milliseconds;
  constexpr milliseconds kSlice(50);
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    if (watch.stopped() || now >= watch.deadline) return Wait::stopped;
    const auto left = std::chrono::ceil<milliseconds>(std::min(until, watch.deadline) - now);
    pollfd wanted{fd, events, 0};
    const auto slice = std::clamp(left, milliseconds(0), kSlice);
    if (::poll(&wanted, 1, static_cast<int>(slice.count())) > 0) return Wait::ready;
    if (std::chrono::steady_clock::now() >= until) return Wait::timed_out;
  }
}

Connection connect_to(std::span<const Endpoint> candidates, Instant until, const Watch& watch,
                      const std::function<void(const Endpoint&)>& before) {
  Connection out;
  out.outcome = Outcome::unresolved;
  out.detail = "no address to connect to";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (before) before(candidates[i]);
    const auto now = std::chrono::steady_clock::now();
    const auto share = (until - now) / static_cast<std::int64_t>(candidates.size() - i);
    out = connect_one(candidates[i], now + share, watch);
    if (out.stopped || out.outcome == Outcome::ok || out.outcome == Outcome::local) break;
  }
  return out;
}

Transfer read_some(const Socket& socket, std::span<char> buffer, Instant until,
                   const Watch& watch) {
  for (;;) {
    const ssize_t size = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
    if (size > 0) return {Transfer::End::some, static_cast<std::size_t>(size), {}};
    if (size == 0) return {Transfer::End::closed, 0, {}};
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return failed(errno);
    const Wait wait = wait_for(socket.fd(), POLLIN, until, watch);
    if (wait != Wait::ready) return not_ready(wait);
  }
}

Transfer write_all(const Socket& socket, std::string_view bytes, Instant until,
                   const Watch& watch) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t size =
        ::send(socket.fd(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (size >= 0) {
      done += static_cast<std::size_t>(size);
    } else if (errno == EAGAIN) {
      const Wait wait = wait_for(socket.fd(), POLLOUT, until, watch);
      if (wait != Wait::ready) return not_ready(wait);
    } else if (errno != EINTR) {
      return failed(errno);
    }
  }
  return {Transfer::End::some, done, {}};
}

}  // namespace ingress_check
