// Takes down what a TLS handshake shows, on any OpenSSL context: our own (handshake.h) or libcurl's
// (CURLOPT_SSL_CTX_FUNCTION).
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "harness/certificate.h"

namespace ingress_check {

/// Attach it to a context before the handshake. It must outlive the context's handshakes and sees
/// one of them at a time; a new handshake wipes what the last one left.
class TlsWatch {
 public:
  /// `name` is what the certificate must cover. `go_on`: a certificate that does not verify does
  /// not end the handshake. `trust` must outlive this.
  TlsWatch(const Trust& trust, std::string name, bool go_on);
  TlsWatch(const TlsWatch&) = delete;
  TlsWatch& operator=(const TlsWatch&) = delete;

  /// Replaces the context's verification (chain and name; the caller's own is not needed any more),
  /// its message and info callbacks, and asks for a stapled OCSP response.
  void attach(SSL_CTX* context);

  /// Present once the server's certificate was seen, also if the handshake failed later. Complete
  /// (version, cipher, ALPN, resumption, OCSP) once the handshake is done.
  const std::optional<TlsFacts>& facts() const { return facts_; }

  bool hello_sent() const { return hello_sent_; }  ///< our ClientHello went out
  bool answered() const { return answered_; }      ///< at least one TLS message or alert came in
  bool done() const { return done_; }              ///< the handshake was completed on our side
  bool ticket() const { return ticket_; }  ///< a session ticket came (after `done` in TLS 1.3)
  std::optional<int> alert_received() const { return alert_received_; }  ///< not close_notify
  std::optional<int> alert_sent() const { return alert_sent_; }          ///< not close_notify
  bool close_notified() const { return close_notified_; }                ///< by the server

 private:
  static int on_chain(X509_STORE_CTX* store, void* self);
  static void on_info(const SSL* ssl, int where, int result);
  static void on_message(int ours, int version, int type, const void* bytes, std::size_t size,
                         SSL* ssl, void* self);
  void note(bool ours, int type, const unsigned char* bytes, std::size_t size);
  void complete(SSL* ssl);
  void forget();

  const Trust& trust_;
  std::string name_;
  bool go_on_;
  std::optional<TlsFacts> facts_;
  bool hello_sent_ = false, answered_ = false, done_ = false, ticket_ = false;
  bool asked_ = false, close_notified_ = false;
  std::optional<int> alert_received_, alert_sent_;
};

/// Everything about a finished (or resumed) connection, verified afresh against `trust`.
TlsFacts tls_facts(SSL* ssl, const Trust& trust, const std::string& name);

/// "protocol_version", "handshake_failure", ... (RFC 8446, 6.2); "alert 99" if unknown.
std::string alert_name(int alert);

}  // namespace ingress_check
