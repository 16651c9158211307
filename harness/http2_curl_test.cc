// Agreement with libcurl: the same frames over a socket to it, and to our session; and both ask the
// same of a real nginx.
#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>

#include "harness/http2_replies_test.h"
#include "harness/http2_server_test.h"
#include "harness/nginx_test.h"
#include "harness/raw_server_test.h"
#include "harness/reply_mix_test.h"
#include "harness/socket.h"

namespace ingress_check {
namespace {

using namespace testing::http2::frames;
using testing::RawConnection;
using testing::RawServer;
using testing::http2::Ear;
using testing::http2::get;
using testing::http2::hear;
using testing::http2::Reply;

/// Answers each request with the reply that is current.
RawServer::Script serving(const std::vector<Reply>& replies,
                          const std::atomic<std::size_t>& current) {
  return [&](RawConnection& connection) {
    testing::http2::serve(connection, [&](std::uint32_t stream) {
      const Reply& reply = replies.at(current);
      const std::string bytes = reply.bytes(stream);
      // libcurl counts each piece of a CONTINUATION's head as one, and takes 8 (nghttp2 1.52).
      const bool whole = reply.piece == 0 || reply.has(9);
      const std::size_t piece = whole ? bytes.size() : reply.piece;
      for (std::size_t at = 0; at < bytes.size(); at += piece)
        connection.write(std::string_view(bytes).substr(at, piece));
      return true;
    });
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
  // With less, 7.88 may leave in its own buffer what it has read, and wait for more.
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 512L * 1024);
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

/// Ours of the same pieces that went over the socket.
Ear hear_pieces(const Reply& reply) {
  const std::string bytes = settings() + reply.bytes(reply.to_head ? 3 : 1);
  const std::size_t piece = reply.piece ? reply.piece : bytes.size();
  const auto heard = hear(bytes, [piece](std::size_t rest) { return std::min(rest, piece); });
  EXPECT_TRUE(heard.taken) << heard.why;
  return heard.ears[reply.to_head ? 1 : 0];
}

// With the 7,500 over HTTP/1.1 (http1_curl_test.cc) ten thousand.
TEST(Http2Curl, TwoThousandFiveHundredRepliesAreReadAlike) {
  testing::Choices choices(5);
  std::vector<Reply> replies;
  for (int i = 0; i < 2500; ++i) replies.push_back(testing::http2::generate(choices));
  std::atomic<std::size_t> current = 0;
  RawServer server(serving(replies, current));
  CURL* easy = curl_easy_init();
  testing::ReplyMix mix;
  for (; current < replies.size(); ++current) {
    const auto& reply = replies[current];
    mix.add(reply.kinds());
    SCOPED_TRACE(fmt::format("reply {}: {}", current.load(), reply.text()));
    Ear theirs;
    ASSERT_EQ(ask(easy, fmt::format("http://127.0.0.1:{}/", server.port()), reply.to_head, theirs),
              CURLE_OK);
    const Ear ours = hear_pieces(reply);
    ASSERT_EQ(ours.end(), "done");
    ASSERT_EQ(ours.body, theirs.body);
    ASSERT_EQ(plain(ours.lines), theirs.lines);
  }
  curl_easy_cleanup(easy);
  mix.expect(14);
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
