// What came back for one Traffic. Everything a server sent is untrusted text, bounded in size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/exchange.h"
#include "harness/load_reply.h"
#include "harness/traffic.h"

namespace ingress_check {

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
enum class End {
  complete,
  interrupted,
  out_of_time,
  breaker,  ///< of a load: the target failed more than the check provokes
};

struct Evidence {
  Traffic traffic;  ///< what it answers
  End end = End::complete;
  std::vector<Exchange> exchanges;
  std::vector<HandshakeReply> handshakes;
  std::vector<BytesReply> dialogues;
  std::optional<LoadReply> load;   ///< of a Load
  std::vector<EventReply> events;  ///< of those that were begun, then of their undoing
  std::uint64_t sent =
      0;             ///< requests, handshakes and dialogues that really went out, retries included
  Duration began{};  ///< on a clock of which only differences between phases mean something
  Duration took{};
  Duration waited{};  ///< before it: the target had to be quiet, or leftovers to be over
};

}  // namespace ingress_check
