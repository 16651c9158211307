// For tests and fuzzing: all that a parser of responses says about some bytes, as comparable text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http1.h"

namespace ingress_check::testing {

/// What was heard of one response.
struct Heard final : ResponseListener {
  std::vector<std::string>
      lines;  ///< "200 OK", "i name: value" (interim), "h ...", "t ..." (trailer)
  std::string body;
  Http1Response::State state = Http1Response::State::waiting;
  Http1Fault fault = Http1Fault::none;
  std::size_t used = 0;  ///< bytes of the response; 0 where it is malformed
  int status = 0;
  bool reusable = false;
  std::uint64_t body_bytes = 0;

  void on_status(int code, std::string_view reason) override {
    lines.push_back(std::to_string(code).append(" ").append(reason));
  }
  void on_field(Section where, std::string_view name, std::string_view value) override {
    lines.push_back(std::string(1, "iht"[static_cast<int>(where)]) + " ");
    lines.back().append(name).append(": ").append(value);
  }
  void on_body(std::string_view bytes) override { body.append(bytes); }

  bool operator==(const Heard& other) const {
    return lines == other.lines && body == other.body && state == other.state &&
           fault == other.fault && used == other.used && status == other.status &&
           reusable == other.reusable && body_bytes == other.body_bytes;
  }
};

/// Feeds `bytes` cut as `piece_size(rest)` says (1 to rest), each piece in memory of exactly its
/// size, then closes.
template <class PieceSize>
Heard hear(std::string_view bytes, PieceSize piece_size, bool to_head = false,
           const Http1Limits& limits = {}) {
  Heard heard;
  Http1Response response(limits);
  response.begin(to_head);
  for (std::size_t at = 0; at < bytes.size() && !response.ended();) {
    const auto piece = bytes.substr(at, piece_size(bytes.size() - at));
    const std::vector<char> exact(piece.begin(), piece.end());
    const auto used = response.feed({exact.data(), exact.size()}, &heard);
    heard.used += used;
    at += used < piece.size() && !response.ended() ? bytes.size() : piece.size();
  }
  response.close();
  heard.state = response.state();
  heard.fault = response.fault();
  heard.status = response.status();
  heard.reusable = response.reusable();
  heard.body_bytes = response.body_bytes();
  if (heard.state == Http1Response::State::malformed) heard.used = 0;
  return heard;
}

/// In one piece.
inline Heard hear(std::string_view bytes, bool to_head = false, const Http1Limits& limits = {}) {
  return hear(
      bytes, [](std::size_t rest) { return rest; }, to_head, limits);
}

/// A small reproducible source of choices (SplitMix64).
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  /// 0 to n-1; n at least 1.
  std::size_t below(std::size_t n) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>((z ^ (z >> 31)) % n);
  }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace ingress_check::testing
