// Agreement with libcurl: the same bytes over a socket to it, and to our parser.
#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/http1_test.h"
#include "harness/raw_server_test.h"

namespace ingress_check {
namespace {

using testing::Choices;
using testing::hear;
using testing::Heard;
using testing::RawConnection;
using testing::RawServer;
using State = Http1Response::State;

struct Reply {
  std::string bytes;
  bool to_head = false, closes = false;
  std::size_t piece = 0;  ///< bytes a write; 0: all at once
};

std::string word(Choices& choices, std::size_t longest) {
  static constexpr std::string_view kBytes = "abcXYZ0129 \t=/;,\"-\r\n\xc3\xa4";
  std::string text;
  for (std::size_t n = choices.below(longest + 1); n > 0; --n)
    text += kBytes[choices.below(kBytes.size())];
  return text;
}

/// Some fields that say nothing about framing.
std::string fields(Choices& choices, const std::string& name) {
  std::string text;
  for (std::size_t i = choices.below(6); i > 0; --i) {
    std::string value = word(choices, 40);
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
    text += fmt::format("{}-{}:{}{}{}\r\n", name, i, std::string(choices.below(3), ' '), value,
                        choices.one_in(4) ? " \t" : "");
  }
  return text;
}

std::string chunks(const std::string& body, Choices& choices) {
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

std::string interims(Choices& choices) {
  std::string text;
  for (std::size_t i = choices.one_in(4) ? choices.below(3) + 1 : 0; i > 0; --i)
    text += choices.one_in(2) ? "HTTP/1.1 100 Continue\r\n\r\n"
                              : "HTTP/1.1 103 Early Hints\r\n" + fields(choices, "Link") + "\r\n";
  return text;
}

/// One of every kind of framing, with what may surround it.
Reply generate(Choices& choices) {
  Reply reply;
  const bool old = choices.one_in(6);
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
      reply.closes = true;
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
  return reply;
}

/// Answers "GET /n" with reply n.
RawServer::Script serving(const std::vector<Reply>& replies) {
  return [&replies](RawConnection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      const auto& reply = replies.at(std::stoul(request.substr(request.find('/') + 1)));
      const std::size_t piece = reply.piece ? reply.piece : reply.bytes.size();
      for (std::size_t at = 0; at < reply.bytes.size(); at += piece)
        connection.write(std::string_view(reply.bytes).substr(at, piece));
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

/// What libcurl makes of reply number `n`.
CURLcode ask(CURL* easy, std::uint16_t port, std::size_t n, bool to_head, Heard& heard) {
  curl_easy_reset(easy);
  const auto url = fmt::format("http://127.0.0.1:{}/{}", port, n);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOBODY, to_head ? 1L : 0L);
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

TEST(Http1Curl, TwelveHundredRepliesAreReadAlike) {
  Choices choices(7);
  std::vector<Reply> replies;
  for (int i = 0; i < 1200; ++i) replies.push_back(generate(choices));
  RawServer server(serving(replies));
  CURL* easy = curl_easy_init();
  for (std::size_t n = 0; n < replies.size(); ++n) {
    const auto& reply = replies[n];
    SCOPED_TRACE(fmt::format("reply {}:\n{}", n, reply.bytes.substr(0, 1000)));
    Heard theirs;
    ASSERT_EQ(ask(easy, server.port(), n, reply.to_head, theirs), CURLE_OK);
    const Heard ours = hear(reply.bytes, reply.to_head);
    ASSERT_EQ(ours.state, State::done) << to_string(ours.fault);
    ASSERT_EQ(ours.used, reply.bytes.size());
    ASSERT_EQ(ours.status, theirs.status);
    ASSERT_EQ(ours.body, theirs.body);
    ASSERT_EQ(plain(ours.lines), spaced(theirs.lines));
    ASSERT_TRUE(reply.closes || ours.reusable);
  }
  curl_easy_cleanup(easy);
  const auto closing =
      std::count_if(replies.begin(), replies.end(), [](auto& r) { return r.closes; });
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
  for (const auto& [name, bytes] : stricter()) replies.push_back({bytes, false, true, 0});
  RawServer server(serving(replies));
  CURL* easy = curl_easy_init();
  for (std::size_t n = 0; n < replies.size(); ++n) {
    SCOPED_TRACE(stricter()[n].first);
    Heard theirs;
    EXPECT_EQ(ask(easy, server.port(), n, false, theirs), CURLE_OK);
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
    replies.push_back({bytes, false, true, 0});
  RawServer server(serving(replies));
  CURL* easy = curl_easy_init();
  for (std::size_t n = 0; n < replies.size(); ++n) {
    Heard theirs;
    EXPECT_NE(ask(easy, server.port(), n, false, theirs), CURLE_OK) << replies[n].bytes;
    EXPECT_NE(hear(replies[n].bytes).state, State::done) << replies[n].bytes;
  }
  curl_easy_cleanup(easy);
}

}  // namespace
}  // namespace ingress_check
