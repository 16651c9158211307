// For tests: replies over HTTP/2 of every kind, at random, as frames.
#pragma once

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/http1_test.h"
#include "harness/http2_test.h"

namespace ingress_check::testing::http2 {

using namespace frames;

/// One frame of a reply; `on_stream` or of the connection.
struct Piece {
  std::uint8_t type = 0, flags = 0;
  std::string payload;
  bool on_stream = true;
};
struct Reply {
  std::vector<Piece> pieces;
  bool to_head = false;
  std::size_t piece = 0;               ///< bytes a write; 0: all at once
  std::vector<std::string> said = {};  ///< by its fields

  /// What is special about it: what its fields say, and how it is framed.
  std::vector<std::string> kinds() const {
    std::vector<std::string> all = said;
    const auto note = [&](const char* kind, auto is) {
      if (std::ranges::any_of(pieces, is)) all.emplace_back(kind);
    };
    const auto padded = [](const Piece& one) { return (one.flags & kPadded) != 0; };
    note("padded HEADERS", [&](const Piece& one) { return one.type == 1 && padded(one); });
    note("padded DATA", [&](const Piece& one) { return one.type == 0 && padded(one); });
    note("priority", [](const Piece& one) { return one.type == 1 && (one.flags & 0x20) != 0; });
    note("frames between", [](const Piece& one) { return !one.on_stream; });
    if (has(9)) all.emplace_back("CONTINUATION");
    if (to_head) all.emplace_back("HEAD");
    if (piece == 1) all.emplace_back("1 byte a packet");
    if (piece > 1) all.emplace_back("in pieces");
    return all;
  }
  bool has(std::uint8_t type) const { return std::ranges::count(pieces, type, &Piece::type) > 0; }
  std::string text() const {
    std::string all = to_head ? "to HEAD" : "to GET";
    for (const auto& one : pieces)
      all += fmt::format(", type {} flags {} size {}", one.type, one.flags, one.payload.size());
    return all;
  }
  std::string bytes(std::uint32_t stream) const {
    std::string all;
    for (const auto& [type, flags, payload, on_stream] : pieces)
      all += frame(type, flags, on_stream ? stream : 0, payload);
    return all;
  }
};

/// Some fields that say nothing about framing.
inline Fields some_fields(Choices& choices, const std::string& name) {
  static constexpr std::string_view kBytes = "abcXYZ0129=/;,\"- \t\xc3\xa4";
  Fields fields;
  for (std::size_t i = choices.below(5); i > 0; --i) {
    std::string value = "v";
    for (std::size_t n = choices.below(choices.one_in(9) ? 3000 : 40); n > 0; --n)
      value += kBytes[choices.below(kBytes.size())];
    fields.emplace_back(name + std::to_string(i), value + "v");
  }
  return fields;
}

/// As `block()`, or with Huffman codes (nghttp2's encoder, with no dynamic table).
inline std::string coded(const Fields& fields, Choices& choices) {
  if (choices.one_in(2)) return block(fields);
  std::vector<nghttp2_nv> nv;
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  for (const auto& [name, value] : fields)
    nv.push_back({bytes(name), bytes(value), name.size(), value.size(), 0});
  nghttp2_hd_deflater* deflater = nullptr;
  nghttp2_hd_deflate_new(&deflater, 0);
  std::string out(nghttp2_hd_deflate_bound(deflater, nv.data(), nv.size()), '\0');
  const auto size = nghttp2_hd_deflate_hd(deflater, reinterpret_cast<std::uint8_t*>(out.data()),
                                          out.size(), nv.data(), nv.size());
  nghttp2_hd_deflate_del(deflater);
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// A field block as HEADERS and CONTINUATION, perhaps padded, perhaps with a priority.
inline void add_head(Reply& reply, const Fields& fields, bool last, Choices& choices) {
  for (const auto& [name, value] : fields) {
    if (value == "100" || value == "103" || value == "204" || value == "304")
      reply.said.push_back(value);
    if (name == "content-length" || name == "x-sum")
      reply.said.push_back(name == "x-sum" ? "trailers" : name);
  }
  std::string all = coded(fields, choices);
  const bool cut = all.size() > 8000 || choices.one_in(4);
  std::string first =
      all.substr(0, cut ? choices.below(std::min<std::size_t>(all.size(), 8000)) : all.size());
  all.erase(0, first.size());
  std::uint8_t flags = last ? kEndStream : 0;
  if (choices.one_in(5)) {
    flags |= 0x20;
    first.insert(0, number(0) + "\x0f");
  }
  if (choices.one_in(4)) {
    flags |= kPadded;
    first = padded(first, choices.below(256));
  }
  if (!cut) flags |= kEndHeaders;
  reply.pieces.push_back({1, flags, first});
  while (cut && reply.pieces.back().flags != kEndHeaders) {
    const bool end = all.size() < 15000;
    reply.pieces.push_back({9, end ? kEndHeaders : std::uint8_t{0}, all.substr(0, 15000)});
    all.erase(0, 15000);
  }
}

/// Frames that are of no account.
inline void add_noise(Reply& reply, Choices& choices) {
  if (!choices.one_in(5)) return;
  const Piece kinds[] = {{6, 0, "12345678", false},
                         {8, 0, number(1000), choices.one_in(2)},
                         {4, 0, "", false},
                         {0xfb, 0xff, "unknown", choices.one_in(2)},
                         {2, 0, number(0) + "\x01"}};
  reply.pieces.push_back(kinds[choices.below(5)]);
}

inline void add_body(Reply& reply, const std::string& body, bool last, Choices& choices) {
  for (std::size_t at = 0; at < body.size() || (last && at == 0);) {
    const auto piece = body.substr(at, choices.below(3000) + 1);
    at += piece.size() + (body.empty() ? 1 : 0);
    const bool pad = choices.one_in(3);
    const auto flags = (pad ? kPadded : 0) | (last && at >= body.size() ? kEndStream : 0);
    reply.pieces.push_back(
        {0, static_cast<std::uint8_t>(flags), pad ? padded(piece, choices.below(256)) : piece});
    if (at < body.size()) add_noise(reply, choices);
  }
}

/// One of every kind, with what may surround it.
inline Reply generate(Choices& choices) {
  static constexpr int kCodes[] = {200, 201, 301, 400, 404, 429, 500, 503, 999};
  Reply reply;
  for (std::size_t i = choices.one_in(4) ? choices.below(3) + 1 : 0; i > 0; --i) {
    Fields fields = some_fields(choices, "link");
    fields.insert(fields.begin(), {":status", choices.one_in(2) ? "100" : "103"});
    add_head(reply, fields, false, choices);
    add_noise(reply, choices);
  }
  std::string body(choices.one_in(10) ? choices.below(40000) : choices.below(300), 'b');
  for (char& c : body) c = static_cast<char>(choices.below(256));
  Fields fields = some_fields(choices, "x-field");
  std::string code = std::to_string(kCodes[choices.below(9)]);
  reply.to_head = choices.one_in(8);
  if (choices.one_in(8)) code = choices.one_in(2) ? "204" : "304";
  const bool empty = reply.to_head || code == "204" || code == "304";
  if (empty) body.clear();
  // libcurl waits for no trailer where no body is expected, or where its length is known.
  const bool trailer = !empty && choices.one_in(4);
  if ((reply.to_head && code != "204") || code == "304")
    fields.emplace_back("content-length", "77");
  else if (code != "204" && !trailer && choices.one_in(2))
    fields.emplace_back("content-length", std::to_string(body.size()));
  fields.insert(fields.begin(), {":status", code});
  const bool none = body.empty() && choices.one_in(2) && !trailer;
  add_head(reply, fields, none, choices);
  add_noise(reply, choices);
  if (!none) add_body(reply, body, !trailer, choices);
  if (trailer) {
    fields = some_fields(choices, "x-trailer");
    fields.emplace_back("x-sum", "1");
    add_head(reply, fields, true, choices);
  }
  if (choices.one_in(8)) reply.piece = choices.one_in(2) ? 1 : choices.below(100) + 2;
  if (body.size() > 3000 && reply.piece == 1) reply.piece = 50;
  return reply;
}

}  // namespace ingress_check::testing::http2
