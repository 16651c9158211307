// How one request ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ingress_check {

/// How an exchange ended, seen from here. Data, never an Error.
enum class Outcome : std::uint8_t {
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
inline constexpr std::size_t outcome_count = static_cast<std::size_t>(Outcome::timeout) + 1;
/// Nothing of the request can have reached the server: it ended before a connection stood.
bool before_sending(Outcome outcome);
std::string to_string(Outcome outcome);  ///< "connect timeout", "idle close", ...

}  // namespace ingress_check
