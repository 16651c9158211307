// For tests and fuzzing: frames of HTTP/2 made by hand, and all that is heard of some bytes, as
// comparable text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/http2.h"

namespace ingress_check::testing::http2 {

/// Frames as a server may send them (RFC 9113, 4.1 and 6).
namespace frames {

inline constexpr std::uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8;

inline std::string number(std::uint32_t value, int bytes = 4) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}
inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                         const std::string& payload = {}) {
  std::string text = number(static_cast<std::uint32_t>(payload.size()), 3);
  text += static_cast<char>(type);
  text += static_cast<char>(flags);
  return text + number(stream) + payload;
}
/// An integer with a prefix of `bits` (RFC 7541, 5.1); the bits above are 0.
inline std::string integer(std::size_t value, int bits) {
  const std::size_t most = (std::size_t{1} << bits) - 1;
  if (value < most) return std::string(1, static_cast<char>(value));
  std::string text(1, static_cast<char>(most));
  for (value -= most; value >= 128; value >>= 7) text += static_cast<char>(value % 128 + 128);
  return text + static_cast<char>(value);
}

using Fields = std::vector<std::pair<std::string, std::string>>;
/// Literals without indexing, new names, no Huffman coding (RFC 7541, 6.2.2).
inline std::string block(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text += '\0' + integer(name.size(), 7) + name + integer(value.size(), 7) + value;
  return text;
}

inline std::string settings(const std::vector<std::pair<int, std::uint32_t>>& entries = {}) {
  std::string text;
  for (const auto& [id, value] : entries)
    text += number(static_cast<std::uint32_t>(id), 2) + number(value);
  return frame(4, 0, 0, text);
}
inline std::string headers(std::uint32_t stream, const Fields& fields, bool last = false) {
  return frame(1, static_cast<std::uint8_t>(kEndHeaders | (last ? kEndStream : 0)), stream,
               block(fields));
}
inline std::string data(std::uint32_t stream, const std::string& bytes, bool last = false) {
  return frame(0, last ? kEndStream : 0, stream, bytes);
}
inline std::string padded(const std::string& payload, std::size_t padding) {
  return std::string(1, static_cast<char>(padding)) + payload + std::string(padding, '\0');
}
inline std::string reset(std::uint32_t stream, std::uint32_t code) {
  return frame(3, 0, stream, number(code));
}
inline std::string goaway(std::uint32_t last_stream, std::uint32_t code = 0,
                          const std::string& words = {}) {
  return frame(7, 0, 0, number(last_stream) + number(code) + words);
}
inline std::string window(std::uint32_t stream, std::uint32_t more) {
  return frame(8, 0, stream, number(more));
}

}  // namespace frames

inline std::string_view to_string(Http2End how) {
  constexpr std::string_view words[] = {"done",      "refused", "reset",
                                        "truncated", "closed",  "malformed"};
  return words[static_cast<int>(how)];
}

/// What was heard of one response; the last line is its end.
struct Ear : Http2Stream {
  std::vector<std::string> lines;  ///< "200", "i name: value", "h ...", "t ...", "body", "done"
  std::string body;                ///< in lines: "body" where a body begins
  int ends = 0;

  Ear() = default;
  Ear(const Ear&) = default;
  Ear& operator=(const Ear&) = default;
  virtual ~Ear() = default;

  void on_status(int code, std::string_view) override { lines.push_back(std::to_string(code)); }
  void on_field(Section where, std::string_view name, std::string_view value) override {
    lines.push_back(std::string(1, "iht"[static_cast<int>(where)]) + " ");
    lines.back().append(name).append(": ").append(value);
  }
  void on_body(std::string_view bytes) override {
    if (lines.empty() || lines.back() != "body") lines.emplace_back("body");
    body.append(bytes);
  }
  void on_end(Http2End how) override {
    lines.emplace_back(to_string(how));
    ++ends;
  }
  std::string end() const { return ends ? lines.back() : "open"; }
  /// How much of a body is heard before it exceeds its Content-Length depends on the cuts.
  std::vector<std::string> compared() const {
    auto all = lines;
    if (end() == "malformed") std::erase(all, "body");
    return all;
  }
  friend bool operator==(const Ear& a, const Ear& b) {
    return a.compared() == b.compared() && a.ends == b.ends &&
           (a.body == b.body || a.end() == "malformed");
  }
};

/// Asks again from on_end(), the same stream, `more` times.
struct Again final : Ear {
  Http2Session* session = nullptr;
  const Http2Message* message = nullptr;
  int more = 0, refused = 0;
  void on_end(Http2End how) override {
    Ear::on_end(how);
    if (more-- > 0 && !session->request(*message, "", *this)) ++refused;
  }
};

inline Http2Message get(std::string_view path = "/", const Headers& headers = {}) {
  return {"GET", "https", "shop.example", path, headers, "", false};
}

/// What was heard on a connection with three requests: GET, HEAD, and POST with `body`.
struct Heard {
  std::vector<Ear> ears;
  bool taken = true;  ///< all that was fed
  bool going_away = false;
  std::string why;
  friend bool operator==(const Heard&, const Heard&) = default;
};

/// For messages of failed tests.
inline std::ostream& operator<<(std::ostream& out, const Heard& heard) {
  for (const auto& ear : heard.ears) {
    for (const auto& line : ear.lines) out << line << "; ";
    out << "(" << ear.body << ")\n";
  }
  return out << (heard.taken ? "taken " : "not taken ") << (heard.going_away ? "going " : "")
             << heard.why << "\n";
}

/// Feeds `bytes` cut as `piece_size(rest)` says, each piece in memory of exactly its size, with the
/// output taken after each (as a connection would), then closes.
template <class PieceSize>
Heard hear(std::string_view bytes, PieceSize piece_size, const Http2Limits& limits = {},
           const std::string& body = "a=b") {
  const Http2Message messages[] = {get(),
                                   {"HEAD", "https", "shop.example", "/", {}, "", false},
                                   {"POST", "https", "shop.example", "/", {}, body, true}};
  Heard heard{std::vector<Ear>(3), true, false, {}};
  auto session = *Http2Session::create(limits);
  for (std::size_t i = 0; i < 3; ++i) session->request(messages[i], "", heard.ears[i]);
  std::string out;
  session->output(out);
  for (std::size_t at = 0; at < bytes.size() && heard.taken;) {
    const auto piece = bytes.substr(at, piece_size(bytes.size() - at));
    const std::vector<char> exact(piece.begin(), piece.end());
    heard.taken = session->feed({exact.data(), exact.size()});
    out.clear();
    session->output(out);
    at += piece.size();
  }
  heard.going_away = session->going_away();
  heard.why = session->why();
  session->close();
  return heard;
}

inline Heard hear(std::string_view bytes, const Http2Limits& limits = {},
                  const std::string& body = "a=b") {
  return hear(
      bytes, [](std::size_t rest) { return rest; }, limits, body);
}

}  // namespace ingress_check::testing::http2
