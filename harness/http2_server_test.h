// For tests: the server's side of an HTTP/2 connection of which only the replies matter.
#pragma once

#include <functional>
#include <string>

#include "harness/http2_test.h"
#include "harness/raw_server_test.h"

namespace ingress_check::testing::http2 {

/// Takes the client's preface and frames, acknowledges its settings, and calls `on_request` with
/// the stream of each HEADERS; until the peer closes or it returns false.
inline void serve(RawConnection& connection,
                  const std::function<bool(std::uint32_t stream)>& on_request) {
  std::string in;
  const auto take = [&](std::size_t size) {
    char bytes[4096];
    for (int n = 1; in.size() < size; in.append(bytes, static_cast<std::size_t>(n)))
      if ((n = connection.read(bytes, sizeof bytes)) <= 0) return std::string();
    const std::string taken = in.substr(0, size);
    in.erase(0, size);
    return taken;
  };
  const auto byte = [](const std::string& text, std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  if (take(24).empty()) return;
  connection.write(frames::settings());
  for (std::string head; !(head = take(9)).empty();) {
    const auto size = byte(head, 0) << 16 | byte(head, 1) << 8 | byte(head, 2);
    if (size > 0) take(size);
    if (head[3] == 4 && !(head[4] & frames::kAck))
      connection.write(frames::frame(4, frames::kAck, 0));
    const std::uint32_t stream =
        byte(head, 5) << 24 | byte(head, 6) << 16 | byte(head, 7) << 8 | byte(head, 8);
    if (head[3] == 1 && !on_request(stream)) return;
  }
}

/// The server chooses h2 whenever it is asked (RFC 7301).
inline void choose_h2(SSL_CTX* context) {
  SSL_CTX_set_alpn_select_cb(
      context,
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned int,
         void*) {
        *out = reinterpret_cast<const unsigned char*>("h2");
        *size = 2;
        return SSL_TLSEXT_ERR_OK;
      },
      nullptr);
}

}  // namespace ingress_check::testing::http2
