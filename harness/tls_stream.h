// TLS over a socket of ours. The records pass through memory, so that the first bytes of an answer,
// a close and a reset are seen as they are, not as OpenSSL words them.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/certificate.h"
#include "harness/socket.h"
#include "harness/traffic.h"

namespace ingress_check {

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeSsl>;
using SslPtr = std::unique_ptr<SSL, FreeSsl>;
using SessionPtr = std::unique_ptr<SSL_SESSION, FreeSsl>;

/// A client's context that offers what `wanted` says and all else that this OpenSSL can do, at
/// SECLEVEL=0, whatever the system's OpenSSL configuration forbids. `credentials` may be null. The
/// error is what this OpenSSL cannot do, in words.
tl::expected<ContextPtr, std::string> make_context(const Handshake& wanted,
                                                   const Credentials* credentials);

/// One connection. The socket must outlive it.
class TlsStream {
 public:
  enum class End { done, closed, reset, timed_out, stopped, failed, not_tls };

  /// `sni` empty: no server_name extension. `session` (may be null) is offered for resumption.
  TlsStream(SSL_CTX* context, const Socket& socket, const std::string& sni, SSL_SESSION* session);

  /// `failed`: OpenSSL gave up, for an alert that came or a reason of its own (`detail`).
  /// `not_tls`: the first bytes are no TLS record.
  End handshake(Instant until, const Watch& watch);
  /// Reads and drops what comes until `enough` says so.
  End read_until(const std::function<bool()>& enough, Instant until, const Watch& watch);
  /// Appends to `into` until it holds `at_most` bytes: then `done`.
  End read(std::string& into, std::size_t at_most, Instant until, const Watch& watch);
  End write(std::string_view bytes, Instant until, const Watch& watch);
  /// Sends close_notify, without waiting for the peer's.
  void shut(Instant until, const Watch& watch);

  SSL* ssl() const { return ssl_.get(); }
  const std::string& detail() const { return detail_; }
  const std::string& first_bytes() const { return first_bytes_; }  ///< as received, at most 256
  Instant first_byte_at() const { return first_byte_at_; }
  bool ours_was_last() const { return ours_was_last_; }  ///< nothing came since our last write

 private:
  End drive(const std::function<int()>& operation, const std::function<bool()>& enough,
            Instant until, const Watch& watch);
  void flush(Instant until, const Watch& watch);
  End fill(Instant until, const Watch& watch);
  bool looks_like_tls() const;
  void read_the_rest(Instant until, const Watch& watch);

  SslPtr ssl_;
  const Socket& socket_;
  std::string detail_, first_bytes_;
  Instant first_byte_at_{};
  bool judged_ = false, ours_was_last_ = false;
};

}  // namespace ingress_check
