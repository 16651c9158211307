// What came back for one Traffic. Everything a server sent is untrusted text, bounded in size.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/traffic.h"

namespace ingress_check {

/// How an exchange ended, seen from here. Data, never an Error.
enum class Outcome {
  ok,           ///< a whole response arrived, whatever its status
  unresolved,   ///< the name has no address
  unreachable,  ///< no route, network down
  local,        ///< our own ports, descriptors or address: counts against the generator
  refused,      ///< RST on connect
  connect_timeout,
  tls_error,  ///< the handshake failed, or the certificate does not verify and the user did not say
              ///< insecure
  reset,      ///< on a fresh connection, or after the first byte of a response
  idle_close,  ///< a reused connection closed before any response byte
  truncated,   ///< closed in the middle of a response
  malformed,   ///< bytes that are not HTTP
  timeout,     ///< connected, but no whole answer in time
};
std::string to_string(Outcome outcome);  ///< "connect timeout", "idle close", ...

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

struct HandshakeReply {
  std::size_t item = 0;  ///< index into Handshakes::items
  std::uint32_t round = 0;
  std::string address;
  Outcome outcome = Outcome::ok;
  std::string detail;
  std::optional<TlsFacts> tls;  ///< present once the server's certificate was seen
  std::optional<int> alert;     ///< TLS alert that the server sent (RFC 8446, 6.2)
  bool refused_by_server =
      false;  ///< the server sent an alert, or closed on our ClientHello; false: our own doing
  bool not_tls = false;     ///< the answer is not a TLS record
  std::string first_bytes;  ///< of an answer that is not TLS, at most 256
  Timings timings;
};

struct BytesReply {
  std::size_t item = 0;
  std::string address;
  Outcome outcome = Outcome::ok;  ///< ok: something was read, or the peer closed in an orderly way
  std::string detail;
  std::string bytes;    ///< at most Dialogue::read_at_most
  bool closed = false;  ///< the peer closed within the time
};

/// How a phase ended. All but complete are turned into "not judged" by the runner.
enum class End { complete, interrupted, out_of_time };

struct Evidence {
  Traffic traffic;  ///< what it answers
  End end = End::complete;
  std::vector<Exchange> exchanges;
  std::vector<HandshakeReply> handshakes;
  std::vector<BytesReply> dialogues;
  std::uint64_t sent =
      0;  ///< requests, handshakes and dialogues that really went out, retries included
  Duration took{};
};

}  // namespace ingress_check
