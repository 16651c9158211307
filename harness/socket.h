// TCP connections of our own: nonblocking, with a time limit and a stop request. For handshakes and
// dialogues; HTTP goes through libcurl.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/evidence.h"
#include "harness/sender.h"

namespace ingress_check {

using Instant = std::chrono::steady_clock::time_point;

/// One numeric address and port.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;
  std::string name = {};  ///< that was looked up to find it, as it was written; empty: none was

  std::string text() const;  ///< "127.0.0.1:443", "[::1]:443"
  /// `ip` without brackets; nothing if it is not numeric.
  static std::optional<Endpoint> of(const std::string& ip, std::uint16_t port);
};

/// Where to connect, best first; or why nowhere (`outcome` is then unresolved or local).
struct Candidates {
  std::vector<Endpoint> endpoints;
  Outcome outcome = Outcome::ok;
  std::string detail;
  Duration took{};
};

/// How handshakes and dialogues find their way. Both functions are called from the sending thread.
struct Route {
  /// host, port, and the item's own `address` if it has one (host:port).
  std::function<Candidates(const std::string& host, std::uint16_t port,
                           const std::optional<std::string>& address)>
      find;
  /// Called before every connection; may wait (a cap on the rate). May be empty.
  std::function<void(const Endpoint& to)> before = {};
};

/// An open descriptor, closed on destruction.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }

  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  int release();
  void close();
  /// The next close() sends RST instead of FIN.
  void abort_on_close();

 private:
  int fd_ = -1;
};

enum class Wait { ready, timed_out, stopped };

/// Until the descriptor has one of the poll events, `until` or the watch's deadline passes, or a
/// stop is requested (noticed within 50 ms).
Wait wait_for(int fd, short events, Instant until, const Watch& watch);

struct Connection {
  Socket socket;                  ///< open if outcome is ok
  Outcome outcome = Outcome::ok;  ///< local, refused, unreachable, connect_timeout, reset
  bool stopped = false;           ///< by the watch: not an outcome of the target
  std::string detail;
  Endpoint peer, local;
  Duration took{};
};

/// Tries each candidate in turn; the time left is divided among those left.
Connection connect_to(std::span<const Endpoint> candidates, Instant until, const Watch& watch,
                      const std::function<void(const Endpoint&)>& before = {});

/// What came of one read or write.
struct Transfer {
  enum class End { some, closed, reset, timed_out, stopped, failed } end = End::some;
  std::size_t size = 0;  ///< bytes moved
  std::string detail;    ///< the system's words, for `reset` and `failed`
};

/// Reads what there is, at most `buffer.size()`; waits for the first byte.
Transfer read_some(const Socket& socket, std::span<char> buffer, Instant until, const Watch& watch);

/// Writes all of it, unless it ends otherwise.
Transfer write_all(const Socket& socket, std::string_view bytes, Instant until, const Watch& watch);

}  // namespace ingress_check
