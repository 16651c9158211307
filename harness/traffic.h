// What a check wants to be sent: one named phase. Plain data; nothing here touches a socket, a
// clock or a thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/event.h"
#include "harness/load.h"
#include "harness/request.h"
#include "scenarios/units.h"

namespace ingress_check {

/// HTTP exchanges, each kept whole.
struct Http {
  std::vector<Request> requests;
  int concurrency = 4;  ///< clients at work at once; 1: strictly one after the other, in order
  std::uint32_t body_limit = 64 << 10;  ///< bytes of a body that are kept
};

enum class TlsVersion { tls1_0, tls1_1, tls1_2, tls1_3 };
std::string to_string(TlsVersion version);  ///< "1.0" ... "1.3"

/// One TLS handshake and nothing else. Asked at OpenSSL's SECLEVEL=0: our own library must not be
/// what refuses.
struct Handshake {
  std::string name;  ///< what it is for; the check finds its answer by it
  std::string host;  ///< whose address is connected to, and the name that is verified
  std::uint16_t port = 443;
  std::optional<std::string> address = {};  ///< host:port instead of where the target says
  std::optional<std::string> sni = {};      ///< none: no server_name extension is sent
  std::optional<TlsVersion> least = {}, most = {};
  std::string ciphers = {};  ///< OpenSSL cipher list for 1.2 and below; empty: all
  std::vector<std::string> alpn = {};
  ClientCertificate certificate = ClientCertificate::as_target;
  bool resume =
      false;  ///< a second handshake offers the first one's session; TlsFacts::resumed tells
  std::uint32_t times = 1;     ///< fresh connections
  bool every_address = false;  ///< `times` on each address that the name resolves to (at most 8)
};

struct Handshakes {
  std::vector<Handshake> items;
};

/// Bytes written, bytes read back: for answers that are not HTTP, and for PROXY protocol.
struct Dialogue {
  std::string name;
  std::string host;
  std::uint16_t port = 80;
  std::optional<std::string> address = {};
  enum class Proxy {
    none,
    v1,
    v2
  } proxy = Proxy::none;  ///< a PROXY header goes before everything else
  bool tls = false;       ///< the bytes travel inside TLS (SNI: host; not verified)
  std::string write;
  std::uint32_t read_at_most = 4096;
  Duration timeout = std::chrono::seconds(5);
};

struct Bytes {
  std::vector<Dialogue> items;
};

/// What a phase leaves behind at the target, and what would spoil a later measurement.
struct Leftover {
  std::string what;  ///< "the drained bucket of http://limited.frieza.dev"
  Duration lasts{};  ///< from the phase's end until it is over
};

struct Traffic {
  std::string name;  ///< unique within a check; Evidence is found by it
  std::variant<Http, Handshakes, Bytes, Load> send;
  Duration quiet{};  ///< before it, nothing has been sent to the target for at least so long
  std::optional<Leftover> leaves = {};
  bool amid_leftovers = false;     ///< it looks at what an earlier phase left, and so does not wait
                                   ///< until that is over; every other phase does
  std::vector<Event> events = {};  ///< what happens meanwhile; only where commands are allowed
  bool provokes = false;  ///< a load that goes beyond the scenario's `limits:` on purpose: only a
                          ///< check of Order::storm, whose very subject they are, may ask for it
  bool to_reference = false;  ///< goes to the target that a comparing check compares with

  /// Requests, handshakes and dialogues in all, on one address; of a load the most.
  std::uint64_t count() const;
};

}  // namespace ingress_check
