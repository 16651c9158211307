// For tests: replies over HTTP/1.1 of every kind, at random.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/http1_test.h"

namespace ingress_check::testing::http1 {

/// What one response is on the wire.
struct Reply {
  std::string bytes;
  bool to_head = false, closes = false;
  std::size_t piece = 0;       ///< bytes a write; 0: all at once
  std::string leftovers = {};  ///< behind the reply: nobody asked for them

  std::string all() const { return bytes + leftovers; }
  /// What is special about it, read off its bytes.
  std::vector<std::string> kinds() const {
    const auto has = [&](std::string_view text) { return bytes.find(text) != bytes.npos; };
    const bool chunked = has("chunked") || has("CHUNKED");
    const bool empty = to_head || has(" 204 ") || has(" 304 ");
    std::vector<std::string> all;
    const auto note = [&](const char* kind, bool is) {
      if (is) all.emplace_back(kind);
    };
    note("HEAD", to_head);
    note("204", has(" 204 "));
    note("304", has(" 304 "));
    note("content-length", has("Content-Length: ") && !empty);
    note("chunked", chunked && !empty);
    note("trailers", has("X-Trailer-"));
    note("read to close", !empty && !chunked && !has("Content-Length: "));
    note("100-continue", has("HTTP/1.1 100 "));
    note("103", has("HTTP/1.1 103 "));
    note("HTTP/1.0", has("HTTP/1.0 "));
    note("1 byte a packet", piece == 1);
    note("in pieces", piece > 1);
    note("pipelined leftovers", !leftovers.empty());
    return all;
  }
};

inline std::string word(Choices& choices, std::size_t longest) {
  static constexpr std::string_view kBytes = "abcXYZ0129 \t=/;,\"-\r\n\xc3\xa4";
  std::string text;
  for (std::size_t n = choices.below(longest + 1); n > 0; --n)
    text += kBytes[choices.below(kBytes.size())];
  return text;
}

/// Some fields that say nothing about framing.
inline std::string fields(Choices& choices, const std::string& name) {
  std::string text;
  for (std::size_t i = choices.below(6); i > 0; --i) {
    std::string value = word(choices, 40);
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
    text += fmt::format("{}-{}:{}{}{}\r\n", name, i, std::string(choices.below(3), ' '), value,
                        choices.one_in(4) ? " \t" : "");
  }
  return text;
}

inline std::string chunks(const std::string& body, Choices& choices) {
  std::string text;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t size = std::min(body.size() - at, choices.below(200) + 1);
    text += choices.one_in(2) ? fmt::format("{:x}", size) : fmt::format("{:03X}", size);
    if (choices.one_in(4)) text += choices.one_in(2) ? ";a=b" : " ; c=\"d e\";f";
    text += "\r\n" + body.substr(at, size) + "\r\n";
    at += size;
  }
  text += choices.one_in(3) ? "000\r\n" : "0\r\n";
  if (choices.one_in(3)) text += fields(choices, "X-Trailer");
  return text + "\r\n";
}

inline std::string interims(Choices& choices) {
  std::string text;
  for (std::size_t i = choices.one_in(4) ? choices.below(3) + 1 : 0; i > 0; --i)
    text += choices.one_in(2) ? "HTTP/1.1 100 Continue\r\n\r\n"
                              : "HTTP/1.1 103 Early Hints\r\n" + fields(choices, "Link") + "\r\n";
  return text;
}

/// One of every kind of framing, with what may surround it.
inline Reply generate(Choices& choices) {
  Reply reply;
  const bool old = choices.one_in(6);
  bool ends_with_connection = false;
  std::string body = word(choices, choices.one_in(10) ? 20000 : 300);
  static constexpr int kCodes[] = {200, 201, 301, 400, 404, 429, 500, 503, 999};
  std::string start = fmt::format("HTTP/1.{} {}{}\r\n", old ? 0 : 1, kCodes[choices.below(9)],
                                  choices.one_in(3)   ? " "
                                  : choices.one_in(4) ? ""
                                                      : " Words of it");
  std::string head = fields(choices, "X-Field");
  switch (choices.below(8)) {
    case 0:
      reply.to_head = true;
      head += choices.one_in(2) ? "Content-Length: 77\r\n" : "X-No: length\r\n";
      body.clear();
      break;
    case 1:
      start = choices.one_in(2) ? "HTTP/1.1 204 No Content\r\n"
                                : "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n";
      body.clear();
      break;
    case 2:
      reply.closes = ends_with_connection = true;
      break;
    case 3:
    case 4:
      if (!old) {
        head += choices.one_in(2) ? "Transfer-Encoding: chunked\r\n"
                                  : "transfer-encoding:\tCHUNKED \r\n";
        body = chunks(body, choices);
        break;
      }
      [[fallthrough]];
    default:
      head += fmt::format("Content-Length: {}\r\n", body.size());
  }
  if (choices.one_in(5)) {
    head += "Connection: close\r\n";
    reply.closes = true;
  }
  reply.closes = reply.closes || old;
  head += fields(choices, "X-After");
  reply.bytes = interims(choices) + start + head + "\r\n" + body;
  if (choices.one_in(12)) reply.piece = choices.one_in(3) ? 1 : choices.below(100) + 2;
  if (reply.bytes.size() > 3000 && reply.piece == 1) reply.piece = 50;
  static const std::string kLeftovers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore",
                                           "\r\n", "no HTTP", std::string(2000, '\0')};
  if (!ends_with_connection && choices.one_in(12)) reply.leftovers = kLeftovers[choices.below(4)];
  return reply;
}

}  // namespace ingress_check::testing::http1
