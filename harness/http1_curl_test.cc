// Agreement with libcurl: the same bytes over a socket to it, and to our parser.
#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/http1_replies_test.h"
#include "harness/raw_server_test.h"
#include "harness/reply_mix_test.h"

namespace ingress_check {
namespace {

using testing::Choices;
using testing::hear;
using testing::Heard;
using testing::RawConnection;
using testing::RawServer;
using testing::http1::Reply;
using State = Http1Response::State;

/// Answers "GET /n" with reply n.
RawServer::Script serving(const std::vector<Reply>& replies) {
  return [&replies](RawConnection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      const auto& reply = replies.at(std::stoul(request.substr(request.find('/') + 1)));
      const std::string bytes = reply.all();
      const std::size_t piece = reply.piece ? reply.piece : bytes.size();
      for (std::size_t at = 0; at < bytes.size(); at += piece)
        connection.write(std::string_view(bytes).substr(at, piece));
      if (reply.closes) return;
    }
  };
}

std::size_t hear_line(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& heard = *static_cast<Heard*>(into);
  std::string_view line(bytes, size * count);
  while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.remove_suffix(1);
  if (line.starts_with("HTTP/"))
    heard.lines.emplace_back(line.substr(9));
  else if (!line.empty())
    heard.lines.emplace_back(line);
  return size * count;
}

std::size_t hear_body(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<Heard*>(into)->body.append(bytes, size * count);
  return size * count;
}

/// What libcurl makes of reply number `n`. After leftovers the connection is not used again: they
/// might come after libcurl has looked whether it is still good.
CURLcode ask(CURL* easy, std::uint16_t port, std::size_t n, const Reply& reply, Heard& heard) {
  curl_easy_reset(easy);
  const auto url = fmt::format("http://127.0.0.1:{}/{}", port, n);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOBODY, reply.to_head ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, reply.leftovers.empty() ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &heard);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hear_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &heard);
  const CURLcode code = curl_easy_perform(easy);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  heard.status = static_cast<int>(status);
  return code;
}

/// Our lines in libcurl's form: no section, no blanks around the value.
std::vector<std::string> plain(const std::vector<std::string>& lines) {
  std::vector<std::string> all;
  for (std::string line : lines) {
    if (line.size() > 1 && line[1] == ' ') line.erase(0, 2);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.pop_back();
    all.push_back(line);
  }
  return all;
}

/// libcurl's with one blank after the colon.
std::vector<std::string> spaced(std::vector<std::string> lines) {
  for (auto& line : lines) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    line.replace(colon + 1, value - colon - 1, value < line.size() ? " " : "");
  }
  return lines;
}

/// Ours of the same pieces that went over the socket.
Heard hear_pieces(const Reply& reply) {
  const std::string bytes = reply.all();
  const std::size_t piece = reply.piece ? reply.piece : bytes.size();
  return hear(
      bytes, [piece](std::size_t rest) { return std::min(rest, piece); }, reply.to_head);
}

void expect_alike(CURL* easy, std::uint16_t port, std::size_t n, const Reply& reply) {
  Heard theirs;
  ASSERT_EQ(ask(easy, port, n, reply, theirs), CURLE_OK);
  const Heard ours = hear_pieces(reply);
  ASSERT_EQ(ours.state, State::done) << to_string(ours.fault);
  ASSERT_EQ(ours.used, reply.bytes.size());
  ASSERT_EQ(ours.status, theirs.status);
  ASSERT_EQ(ours.body, theirs.body);
  ASSERT_EQ(plain(ours.lines), spaced(theirs.lines));
  ASSERT_TRUE(reply.closes || ours.reusable);
}

// With the 2,500 over HTTP/2 (http2_curl_test.cc) ten thousand.
TEST(Http1Curl, SevenThousandFiveHundredRepliesAreReadAlike) {
  Choices choices(7);
  std::vector<Reply> replies;
  for (int i = 0; i < 7500; ++i) replies.push_back(testing::http1::generate(choices));
  RawServer server(serving(replies));
  CURL* easy = curl_easy_init();
  testing::ReplyMix mix;
  for (std::size_t n = 0; n < replies.size() && !HasFatalFailure(); ++n) {
    SCOPED_TRACE(fmt::format("reply {}:\n{}", n, replies[n].bytes.substr(0, 1000)));
    expect_alike(easy, server.port(), n, replies[n]);
    mix.add(replies[n].kinds());
  }
  curl_easy_cleanup(easy);
  mix.expect(13);
  const auto closing = std::count_if(replies.begin(), replies.end(), [](auto& reply) {
    return reply.closes || !reply.leftovers.empty();
  });
  EXPECT_LE(server.connections(), closing + 1) << "libcurl kept its connection as we would";
}

/// What libcurl 7.88 takes and we refuse, each on purpose: two readers of these bytes may see
/// different messages, so an ingress that sends them is worth a finding.
const std::vector<std::pair<std::string, std::string>>& stricter() {
  static const std::string ok = "HTTP/1.1 200 OK\r\n", two = "Content-Length: 2\r\n";
  static const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  static const std::vector<std::pair<std::string, std::string>> table{
      {"lines that end in LF alone", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"},
      {"CR inside a value", ok + two + "A: b\rc\r\n\r\nok"},
      {"a control character in a value", ok + two + "A: b\x01\r\n\r\nok"},
      {"a folded line", ok + two + "A: b\r\n c\r\n\r\nok"},
      {"a blank before the colon", ok + two + "A : b\r\n\r\nok"},
      {"a name that is no token", ok + two + "A(b): c\r\n\r\nok"},
      {"both lengths", ok + two + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"},
      {"two lengths that differ", ok + "Content-Length: 7\r\n" + two + "\r\nok"},
      {"a length with a word behind", ok + "Content-Length: 2 bytes\r\n\r\nok"},
      {"a coding on HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"identity as a coding", ok + "Transfer-Encoding: identity\r\n" + two + "\r\nok"},
      {"204 that announces a body", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n"},
      {"a blank after a chunk's size", chunked + "2 \r\nok\r\n0\r\n\r\n"},
      {"a chunk's size with x", chunked + "2\r\nok\r\n0x0\r\n\r\n"},
      {"a chunk's size that ends in LF alone", chunked + "2\nok\r\n0\r\n\r\n"},
  };
  return table;
}

TEST(Http1Curl, WhatLibcurlTakesAndWeRefuse) {
  std::vector<Reply> replies;
  for (const auto& [name, bytes] : stricter()) replies.push_back({bytes, false, true});
  RawServer server(serving(replies));
  CURL* easy = curl_easy_init();
  for (std::size_t n = 0; n < replies.size(); ++n) {
    SCOPED_TRACE(stricter()[n].first);
    Heard theirs;
    EXPECT_EQ(ask(easy, server.port(), n, replies[n], theirs), CURLE_OK);
    EXPECT_EQ(hear(replies[n].bytes).state, State::malformed);
  }
  curl_easy_cleanup(easy);
}

TEST(Http1Curl, WhatLibcurlRefusesWeRefuse) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  std::vector<Reply> replies;
  for (const std::string& bytes :
       {std::string("<html>no HTTP</html>"), std::string("\r\nHTTP/1.1 200 OK\r\n\r\n"),
        std::string("HTTP/7.0 200 OK\r\n\r\n"), chunked + "zz\r\n",
        chunked + "2\r\nabc\r\n0\r\n\r\n", chunked + "5\r\nhel",
        ok + "Content-Length: 5\r\n\r\nhel", ok + "Content-Length: -5\r\n\r\nhello",
        ok + std::string("A: b\0c\r\n\r\n", 11), ok + "word\r\n\r\n"})
    replies.push_back({bytes, false, true});
  RawServer server(serving(replies));
  CURL* easy = curl_easy_init();
  for (std::size_t n = 0; n < replies.size(); ++n) {
    Heard theirs;
    EXPECT_NE(ask(easy, server.port(), n, replies[n], theirs), CURLE_OK) << replies[n].bytes;
    EXPECT_NE(hear(replies[n].bytes).state, State::done) << replies[n].bytes;
  }
  curl_easy_cleanup(easy);
}

}  // namespace
}  // namespace ingress_check
