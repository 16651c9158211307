// Agreement with libcurl: the same frames over a socket to it, and to our session; and both ask the
// same of a real nginx.
#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <atomic>

#include "harness/http1_test.h"
#include "harness/http2_test.h"
#include "harness/nginx_test.h"
#include "harness/raw_server_test.h"
#include "harness/socket.h"

namespace ingress_check {
namespace {

using namespace testing::http2::frames;
using testing::Choices;
using testing::RawConnection;
using testing::RawServer;
using testing::http2::Ear;
using testing::http2::get;
using testing::http2::hear;

/// One frame of a reply; `on_stream` or of the connection.
struct Piece {
  std::uint8_t type = 0, flags = 0;
  std::string payload;
  bool on_stream = true;
};
struct Reply {
  std::vector<Piece> pieces;
  bool to_head = false;

  std::string text() const {
    std::string all = to_head ? "to HEAD" : "to GET";
    for (const auto& piece : pieces)
      all +=
          fmt::format(", type {} flags {} size {}", piece.type, piece.flags, piece.payload.size());
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
Fields some_fields(Choices& choices, const std::string& name) {
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
std::string coded(const Fields& fields, Choices& choices) {
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
void add_head(Reply& reply, const Fields& fields, bool last, Choices& choices) {
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
void add_noise(Reply& reply, Choices& choices) {
  if (!choices.one_in(5)) return;
  const Piece kinds[] = {{6, 0, "12345678", false},
                         {8, 0, number(1000), choices.one_in(2)},
                         {4, 0, "", false},
                         {0xfb, 0xff, "unknown", choices.one_in(2)},
                         {2, 0, number(0) + "\x01"}};
  reply.pieces.push_back(kinds[choices.below(5)]);
}

void add_body(Reply& reply, const std::string& body, bool last, Choices& choices) {
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
Reply generate(Choices& choices) {
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
  return reply;
}

/// Answers each request with the reply that is current.
RawServer::Script serving(const std::vector<Reply>& replies,
                          const std::atomic<std::size_t>& current) {
  return [&](RawConnection& connection) {
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
    connection.write(settings());
    for (std::string head; !(head = take(9)).empty();) {
      const auto size = byte(head, 0) << 16 | byte(head, 1) << 8 | byte(head, 2);
      if (size > 0) take(size);
      if (head[3] == 4 && !(head[4] & kAck)) connection.write(frame(4, kAck, 0));
      if (head[3] != 1) continue;
      connection.write(replies.at(current).bytes(byte(head, 7) << 8 | byte(head, 8)));
    }
  };
}

std::size_t hear_line(char* bytes, std::size_t size, std::size_t count, void* into) {
  std::string line(bytes, size * count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
  if (line.starts_with("HTTP/2 ")) line = line.substr(7, 3);
  if (!line.empty()) static_cast<Ear*>(into)->lines.push_back(line);
  return size * count;
}

std::size_t hear_body(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<Ear*>(into)->body.append(bytes, size * count);
  return size * count;
}

/// What libcurl hears; over HTTP/2 without TLS.
CURLcode ask(CURL* easy, const std::string& url, bool to_head, Ear& heard) {
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   static_cast<long>(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
  curl_easy_setopt(easy, CURLOPT_NOBODY, to_head ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);  // 7.88 cannot use one again without TLS
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, static_cast<void*>(&heard));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hear_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, static_cast<void*>(&heard));
  return curl_easy_perform(easy);
}

/// Our lines in libcurl's form: no section, no line for the body or the end.
std::vector<std::string> plain(std::vector<std::string> lines) {
  lines.pop_back();
  std::erase(lines, "body");
  for (auto& line : lines)
    if (line[1] == ' ') line.erase(0, 2);
  return lines;
}

TEST(Http2Curl, FourHundredRepliesAreReadAlike) {
  Choices choices(5);
  std::vector<Reply> replies;
  for (int i = 0; i < 400; ++i) replies.push_back(generate(choices));
  std::atomic<std::size_t> current = 0;
  RawServer server(serving(replies, current));
  CURL* easy = curl_easy_init();
  for (; current < replies.size(); ++current) {
    const auto& reply = replies[current];
    SCOPED_TRACE(fmt::format("reply {}: {}", current.load(), reply.text()));
    Ear theirs;
    ASSERT_EQ(ask(easy, fmt::format("http://127.0.0.1:{}/", server.port()), reply.to_head, theirs),
              CURLE_OK);
    const auto heard = hear(settings() + reply.bytes(reply.to_head ? 3 : 1));
    const Ear& ours = heard.ears[reply.to_head ? 1 : 0];
    ASSERT_EQ(ours.end(), "done") << heard.why;
    ASSERT_EQ(ours.body, theirs.body);
    ASSERT_EQ(plain(ours.lines), theirs.lines);
  }
  curl_easy_cleanup(easy);
}

TEST(Http2Curl, WhatLibcurlRefusesWeRefuse) {
  std::vector<Reply> replies;
  for (const Fields& fields : std::vector<Fields>{{{"x", "y"}},
                                                  {{":status", "2x0"}},
                                                  {{":status", "200"}, {"X", "y"}},
                                                  {{":status", "200"}, {"connection", "close"}},
                                                  {{":status", "200"}, {":path", "/"}},
                                                  {{":status", "200"}, {"content-length", "5"}}})
    replies.push_back({{{1, kEndHeaders | kEndStream, block(fields)}}});
  replies.push_back({{{1, kEndHeaders, block({{":status", "200"}})}, {3, 0, number(2)}}});
  replies.push_back({{{9, kEndHeaders, ""}}});
  std::atomic<std::size_t> current = 0;
  RawServer server(serving(replies, current));
  CURL* easy = curl_easy_init();
  for (; current < replies.size(); ++current) {
    Ear theirs;
    EXPECT_NE(ask(easy, fmt::format("http://127.0.0.1:{}/", server.port()), false, theirs),
              CURLE_OK)
        << current;
    EXPECT_NE(hear(settings() + replies[current].bytes(1)).ears[0].end(), "done") << current;
  }
  curl_easy_cleanup(easy);
}

/// Sends all messages at once and hears all answers.
std::vector<Ear> from_nginx(const testing::Nginx& nginx,
                            const std::vector<Http2Message>& messages) {
  const Watch watch;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto there = *Endpoint::of(nginx.ip, nginx.h2c());
  Connection connection;
  do {  // until it has come up
    connection = connect_to(std::span(&there, 1), until, watch);
  } while (connection.outcome == Outcome::refused && std::chrono::steady_clock::now() < until);
  auto session = *Http2Session::create();
  std::vector<Ear> ears(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i)
    EXPECT_TRUE(session->request(messages[i], "", ears[i]));
  std::vector<char> buffer(65536);
  while (session->open() > 0) {
    std::string out;
    if (session->output(out)) write_all(connection.socket, out, until, watch);
    const auto got = read_some(connection.socket, buffer, until, watch);
    if (got.end != Transfer::End::some) break;
    session->feed({buffer.data(), got.size});
  }
  session->close();
  return ears;
}

TEST(Http2Curl, NginxIsHeardAlike) {
  testing::Nginx nginx;
  CURL* easy = curl_easy_init();
  const auto url = fmt::format("http://{}:{}", nginx.ip, nginx.h2c());
  std::vector<Http2Message> messages;
  const auto authority = fmt::format("{}:{}", nginx.ip, nginx.h2c());
  for (int i = 0; i < 60; ++i) {
    const auto path =
        fmt::format("/{}?q={}", i, std::string(static_cast<std::size_t>(i) * 50, 'q'));
    messages.emplace_back(i % 3 == 1 ? "HEAD" : "GET", "http", authority, path, Headers{}, "",
                          false);
  }
  const auto ears = from_nginx(nginx, messages);
  for (std::size_t i = 0; i < ears.size(); ++i) {
    const auto path = fmt::format("/{}?q={}", i, std::string(i * 50, 'q'));
    Ear theirs;
    ASSERT_EQ(ask(easy, url + path, i % 3 == 1, theirs), CURLE_OK);
    ASSERT_EQ(ears[i].end(), "done");
    auto ours = plain(ears[i].lines);
    for (auto* lines : {&ours, &theirs.lines})
      std::erase_if(*lines, [](const auto& line) { return line.starts_with("date: "); });
    EXPECT_EQ(ours, theirs.lines);
    EXPECT_EQ(ears[i].body, theirs.body);
    EXPECT_EQ(theirs.body.empty(), i % 3 == 1);
  }
  curl_easy_cleanup(easy);
}

}  // namespace
}  // namespace ingress_check
