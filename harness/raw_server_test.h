// For tests: a TCP or TLS server on loopback that does exactly what its script says, and keeps what
// it received.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/certificate.h"

namespace ingress_check::testing {

/// One accepted connection, inside a script.
class RawConnection {
 public:
  RawConnection(int fd, SSL* ssl, int nth) : number(nth), fd_(fd), ssl_(ssl) {}

  int read(char* bytes, std::size_t size) {
    return ssl_ ? SSL_read(ssl_, bytes, static_cast<int>(size))
                : static_cast<int>(::recv(fd_, bytes, size, 0));
  }
  void write(std::string_view bytes) {
    if (ssl_)
      SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    else
      static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  /// Head and body (by Content-Length) of one request; empty if the peer closed first.
  std::string read_request() {
    std::size_t head = std::string::npos;
    while ((head = pending_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return {};
    std::size_t size = head + 4;
    const auto length = pending_.find("Content-Length: ");
    if (length < head) size += std::stoul(pending_.substr(length + 16));
    while (pending_.size() < size)
      if (!more()) return {};
    std::string request = pending_.substr(0, size);
    pending_.erase(0, size);
    return request;
  }
  void wait_for_close() {
    while (more()) pending_.clear();
  }
  /// The close that follows sends RST.
  void reset() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  const int number;  ///< of the connection, from 0

 private:
  bool more() {
    char buffer[4096];
    const int got = read(buffer, sizeof buffer);
    if (got > 0) pending_.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }
  int fd_;
  SSL* ssl_;
  std::string pending_;
};

class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  explicit RawServer(Script script, const Credentials* tls = nullptr,
                     const std::string& ip = "127.0.0.1")
      : script_(std::move(script)) {
    signal(SIGPIPE, SIG_IGN);
    if (tls) context_ = make_context(*tls);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(listener_, 128);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (auto& one : serving_) one.thread.join();
    close(listener_);
    SSL_CTX_free(context_);
  }

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  /// To be changed before the first connection.
  SSL_CTX* context() { return context_; }

 private:
  /// One connection's thread.
  struct Serving {
    std::thread thread;
    bool ended = false;
  };
  static SSL_CTX* make_context(const Credentials& credentials) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    BIO* bio = BIO_new_mem_buf(credentials.certificate.data(), -1);
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bio = BIO_new_mem_buf(credentials.key.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
  }
  void accept_all() {
    for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      // A write is a packet: nothing waits for the acknowledgement of the one before.
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const int number = connections_++;
      const std::lock_guard lock(mutex_);
      join_ended();
      open_.push_back(fd);
      Serving& serving = serving_.emplace_back();
      serving.thread = std::thread([this, fd, number, &serving] { serve(fd, number, serving); });
    }
  }
  /// A thread keeps its stack until it is joined.
  void join_ended() {
    std::erase_if(serving_, [](Serving& serving) {
      if (serving.ended) serving.thread.join();
      return serving.ended;
    });
  }
  void serve(int fd, int number, Serving& serving) {
    SSL* ssl = context_ ? SSL_new(context_) : nullptr;
    if (ssl) SSL_set_fd(ssl, fd);
    if (!ssl || SSL_accept(ssl) == 1) {
      RawConnection connection(fd, ssl, number);
      script_(connection);
      if (ssl) SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    ERR_clear_error();
    const std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    close(fd);
    serving.ended = true;
  }

  Script script_;
  SSL_CTX* context_ = nullptr;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::list<Serving> serving_;
};

/// A script that answers every request of a connection with the same bytes.
inline RawServer::Script answering(std::string response) {
  return [response = std::move(response)](RawConnection& connection) {
    while (!connection.read_request().empty()) connection.write(response);
  };
}

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace ingress_check::testing
