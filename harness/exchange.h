// One request and its whole response, with all that was seen on the way. Everything a server sent
// is untrusted text, bounded in size.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/outcome.h"
#include "harness/traffic.h"

namespace ingress_check {

struct Certificate {
  std::string subject, issuer;                   ///< RFC 2253 order, UTF-8
  std::string subject_cn, issuer_cn;             ///< empty if there is none
  std::string serial;                            ///< hex, upper case
  std::string sha256;                            ///< of the DER form, hex, upper case
  std::vector<std::string> dns_names, ip_names;  ///< subject alternative names
  std::chrono::system_clock::time_point not_before, not_after;
  std::string key;  ///< "RSA 2048", "EC prime256v1", ...
  int version = 3;
  bool self_signed = false;  ///< subject is issuer and the signature verifies with its own key
  std::string pem;
};

struct TlsFacts {
  TlsVersion version = TlsVersion::tls1_3;
  std::string cipher;              ///< as OpenSSL names it
  std::string alpn;                ///< empty: none negotiated
  std::string sni;                 ///< as sent; empty: none
  std::vector<Certificate> chain;  ///< as sent by the server, leaf first, at most 10
  bool verified = false;        ///< chain and name, against the target's `ca` or the system's roots
  bool chain_verified = false;  ///< chain alone, the name apart
  bool name_matches =
      false;  ///< RFC 6125 as OpenSSL does it, wildcards one label, no common-name fallback
  std::string verify_error;       ///< OpenSSL's words for what failed first; empty if verified
  int verify_code = 0;            ///< X509_V_ERR_...
  std::vector<int> verify_codes;  ///< every failure, verify_code first
  /// Subjects of intermediate certificates that the server does not send: `ca` or the system's
  /// roots supplied them. Empty unless the chain verifies.
  std::vector<std::string> not_sent;
  bool resumed = false;
  bool client_certificate_asked = false;
  std::string ocsp;  ///< "good", "revoked", "unknown", "malformed" if stapled; empty: not stapled
};

/// Phases of one exchange, each from its start; zero: the phase did not happen (a reused connection
/// has no connect).
struct Timings {
  Duration resolve{}, connect{}, tls{}, first_byte{}, total{};
};

/// Who answered, as far as the response tells. Empty: it does not say.
struct Answerer {
  std::string service, pod;
};

/// What the pod says that it saw of the request.
struct Seen {
  std::string method, path, host, protocol;
  Headers headers;
};

struct Exchange {
  std::size_t request = 0;       ///< index into Http::requests
  std::uint32_t round = 0;       ///< which of its `times`
  std::uint32_t attempts = 1;    ///< with retries
  std::string address;           ///< ip:port connected to
  std::string local;             ///< ip:port of ours
  std::uint64_t connection = 0;  ///< number of the connection within the Evidence
  bool reused = false;
  std::chrono::system_clock::time_point started;
  Outcome outcome = Outcome::ok;
  std::string detail;  ///< the library's own words for an outcome that is not ok
  int status = 0;
  HttpVersion version = HttpVersion::any;  ///< http1, http2 or h2c
  std::string reason;
  Headers sent;                 ///< the fields that went out, ours included
  Headers headers;              ///< at most 256 fields, 64 KiB
  std::string body;             ///< at most Http::body_limit
  std::uint64_t body_size = 0;  ///< as received
  std::optional<TlsFacts> tls;
  Timings timings;
  Answerer who;
  std::optional<Seen> seen;
};

}  // namespace ingress_check
