// For tests: an HTTP server on loopback that answers nobody for a while, again and again, and
// writes down when it really did, and when it answered each request.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "harness/event_loop.h"
#include "harness/raw_server_test.h"

namespace ingress_check::testing {

/// One thread serves all connections, so that one stall holds them all.
class StallingServer {
 public:
  struct Answer {
    Instant read, written;  ///< the request; just before the answer
  };
  struct Stall {
    Instant from, to;
  };
  static constexpr auto every = std::chrono::seconds(2), holds = std::chrono::milliseconds(200);

  /// `takes`: how long it is at work on each answer, one after the other.
  explicit StallingServer(Duration takes = {})
      : takes_(takes), next_(std::chrono::steady_clock::now() + every - holds) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(listener_.fd(), 1024);
    socklen_t size = sizeof address;
    getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    watch(listener_.fd());
    watch(wake_.fd());
    thread_ = std::thread([this] { serve(); });
  }
  ~StallingServer() { finish(); }
  std::uint16_t port() const { return port_; }

  /// Ends it: what it wrote down may be read now.
  void finish() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_.fd(), &one, sizeof one));
    if (thread_.joinable()) thread_.join();
  }
  /// By connection, in the order of accepting.
  const std::vector<std::vector<Answer>>& answers() const { return answers_; }
  const std::vector<Stall>& stalls() const { return stalls_; }
  /// When something that comes at `at` is answered, by the stalls alone.
  Instant free_from(Instant at) const {
    const auto in = std::ranges::find_if(
        stalls_, [at](const Stall& stall) { return stall.from <= at && at < stall.to; });
    return in == stalls_.end() ? at : in->to;
  }

 private:
  struct Client {
    Socket socket;
    std::size_t number = 0;
    std::string pending;
  };

  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event);
  }
  void serve() {
    using std::chrono::steady_clock;
    for (;;) {
      if (steady_clock::now() >= next_) stall();
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - steady_clock::now());
      epoll_event ready{};
      const int patience = static_cast<int>(std::max<std::int64_t>(0, left.count()));
      if (epoll_wait(epoll_.fd(), &ready, 1, patience) < 1) continue;
      if (ready.data.fd == wake_.fd()) return;
      ready.data.fd == listener_.fd() ? accept_one() : answer(ready.data.fd);
    }
  }
  void stall() {
    Stall stall{std::chrono::steady_clock::now(), {}};
    std::this_thread::sleep_until(next_ + holds);
    stall.to = std::chrono::steady_clock::now();
    stalls_.push_back(stall);
    next_ += every;
  }
  void accept_one() {
    Socket socket(accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    const int fd = socket.fd();
    if (fd < 0) return;
    watch(fd);
    clients_[fd] = {std::move(socket), answers_.size(), {}};
    answers_.emplace_back();
  }
  void answer(int fd) {
    Client& client = clients_.at(fd);
    char bytes[4096];
    const auto size = recv(fd, bytes, sizeof bytes, 0);
    const Instant read = std::chrono::steady_clock::now();
    if (size <= 0) {
      clients_.erase(fd);
      return;
    }
    client.pending.append(bytes, static_cast<std::size_t>(size));
    for (auto end = client.pending.find("\r\n\r\n"); end != std::string::npos;
         end = client.pending.find("\r\n\r\n")) {
      client.pending.erase(0, end + 4);
      if (takes_ > Duration::zero()) std::this_thread::sleep_for(takes_);
      answers_[client.number].push_back({read, std::chrono::steady_clock::now()});
      static_cast<void>(send(fd, kOk.data(), kOk.size(), MSG_NOSIGNAL));
    }
  }

  const Duration takes_;
  Instant next_;  ///< stall
  Socket epoll_{epoll_create1(EPOLL_CLOEXEC)}, wake_{eventfd(0, EFD_CLOEXEC)};
  Socket listener_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port_ = 0;
  std::map<int, Client> clients_;  ///< by descriptor
  std::vector<std::vector<Answer>> answers_;
  std::vector<Stall> stalls_;
  std::thread thread_;
};

}  // namespace ingress_check::testing
