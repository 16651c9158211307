#include "harness/http2.h"

#include <gtest/gtest.h>

#include "harness/http2_test.h"

namespace ingress_check {
namespace {

using namespace testing::http2::frames;
using testing::http2::Ear;
using testing::http2::get;
using testing::http2::hear;
using Lines = std::vector<std::string>;

const Fields kOk{{":status", "200"}};

/// What the GET, stream 1, hears of `bytes` after the server's SETTINGS.
Lines hears(const std::string& bytes, const Http2Limits& limits = {}) {
  return hear(settings() + bytes, limits).ears[0].lines;
}

TEST(Http2, ReadsStatusFieldsAndABody) {
  const auto heard = hear(settings() + headers(1, {{":status", "404"}, {"x-pod", "app1-a"}}) +
                          data(1, "hel") + data(1, "lo", true));
  EXPECT_EQ(heard.ears[0].lines, (Lines{"404", "h x-pod: app1-a", "body", "done"}));
  EXPECT_EQ(heard.ears[0].body, "hello");
  EXPECT_TRUE(heard.taken);
  EXPECT_EQ(heard.why, "");
}

TEST(Http2, ReadsInterimResponsesAndTrailers) {
  const auto lines =
      hears(headers(1, {{":status", "100"}}) + headers(1, {{":status", "103"}, {"link", "</a>"}}) +
            headers(1, {{":status", "200"}, {"x", "y"}}) + data(1, "body") +
            headers(1, {{"x-sum", "15"}}, true));
  EXPECT_EQ(lines,
            (Lines{"100", "103", "i link: </a>", "200", "h x: y", "body", "t x-sum: 15", "done"}));
  EXPECT_EQ(hears(headers(1, kOk) + headers(1, {{"t", "1"}}, true)),
            (Lines{"200", "t t: 1", "done"}))
      << "a trailer without a body";
}

TEST(Http2, ReadsPaddingPrioritiesAndContinuations) {
  const std::string all = block({{":status", "200"}, {"x-long", std::string(40000, 'x')}});
  const std::string first = all.substr(0, 5), second = all.substr(5, 16000);
  const std::string third = all.substr(16005, 16000), rest = all.substr(32005);
  const auto heard =
      hear(settings() +
           frame(1, kPadded | 0x20, 1, padded(number(0) + std::string(1, '\x10') + first, 255)) +
           frame(9, 0, 1, second) + frame(9, 0, 1, third) + frame(9, kEndHeaders, 1, rest) +
           frame(0, kPadded, 1, padded("hello", 100)) + frame(0xfa, 0xff, 1, "unknown type") +
           frame(0, kPadded | kEndStream, 1, padded("", 0)));
  EXPECT_EQ(heard.ears[0].lines,
            (Lines{"200", "h x-long: " + std::string(40000, 'x'), "body", "done"}));
  EXPECT_EQ(heard.ears[0].body, "hello");
}

TEST(Http2, EndsAfterTheHeadWhereNoBodyFollows) {
  const auto head =
      hear(settings() + headers(3, {{":status", "200"}, {"content-length", "77"}}, true));
  EXPECT_EQ(head.ears[1].end(), "done") << "the answer to HEAD";
  EXPECT_EQ(hears(headers(1, {{":status", "204"}}, true)).back(), "done");
  EXPECT_EQ(hears(headers(1, {{":status", "304"}, {"content-length", "7"}}, true)).back(), "done");
  EXPECT_EQ(hears(headers(1, kOk, true)).back(), "done");
  EXPECT_EQ(hears(headers(1, kOk) + data(1, "", true)), (Lines{"200", "done"}));
}

TEST(Http2, StreamsAreHeardApart) {
  const auto heard = hear(settings() + headers(5, {{":status", "201"}}) + headers(1, kOk) +
                          data(5, "five") + data(1, "one") + data(5, "", true) +
                          headers(3, {{":status", "503"}}, true) + data(1, "", true));
  EXPECT_EQ(heard.ears[0].body, "one");
  EXPECT_EQ(heard.ears[1].lines, (Lines{"503", "done"}));
  EXPECT_EQ(heard.ears[2].body, "five");
  for (const auto& ear : heard.ears) EXPECT_EQ(ear.end(), "done");
}

TEST(Http2, MalformedResponsesEndTheirStreamAlone) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"no status", headers(1, {{"x", "y"}}, true)},
      {"an empty head", headers(1, {}, true)},
      {"two", headers(1, {{":status", "200"}, {":status", "200"}})},
      {"a status after a field", headers(1, {{"x", "y"}, {":status", "200"}})},
      {"no number", headers(1, {{":status", "2x0"}})},
      {"too short", headers(1, {{":status", "20"}})},
      {"below 100", headers(1, {{":status", "099"}}, true)},
      {"101", headers(1, {{":status", "101"}})},
      {"an interim response that ends the stream", headers(1, {{":status", "100"}}, true)},
      {"an unknown pseudo-field", headers(1, {{":status", "200"}, {":path", "/"}})},
      {"capitals", headers(1, {{":status", "200"}, {"X-Pod", "a"}}, true)},
      {"no token", headers(1, {{":status", "200"}, {"x y", "a"}}, true)},
      {"no name", headers(1, {{":status", "200"}, {"", "a"}}, true)},
      {"a line end in a value", headers(1, {{":status", "200"}, {"x", "a\r\nb: c"}}, true)},
      {"NUL in a value", headers(1, {{":status", "200"}, {"x", std::string(1, '\0')}}, true)},
      {"a blank before a value", headers(1, {{":status", "200"}, {"x", " a"}}, true)},
      {"a blank after a value", headers(1, {{":status", "200"}, {"x", "a\t"}}, true)},
      {"connection", headers(1, {{":status", "200"}, {"connection", "close"}}, true)},
      {"keep-alive", headers(1, {{":status", "200"}, {"keep-alive", "5"}}, true)},
      {"chunked", headers(1, {{":status", "200"}, {"transfer-encoding", "chunked"}}, true)},
      {"upgrade", headers(1, {{":status", "200"}, {"upgrade", "h3"}}, true)},
      {"no length", headers(1, {{":status", "200"}, {"content-length", "x"}}, true)},
      {"two lengths",
       headers(1, {{":status", "200"}, {"content-length", "2"}, {"content-length", "3"}})},
      {"204 with a length", headers(1, {{":status", "204"}, {"content-length", "5"}}, true)},
      {"204 with a body", headers(1, {{":status", "204"}}) + data(1, "x", true)},
      {"304 with a body", headers(1, {{":status", "304"}}) + data(1, "x", true)},
      {"less than announced",
       headers(1, {{":status", "200"}, {"content-length", "5"}}) + data(1, "hell", true)},
      {"more than announced",
       headers(1, {{":status", "200"}, {"content-length", "5"}}) + data(1, "hello!")},
      {"no body where one is announced",
       headers(1, {{":status", "200"}, {"content-length", "5"}}, true)},
      {"a body after an interim response", headers(1, {{":status", "100"}}) + data(1, "x")},
      {"a trailer that does not end", headers(1, kOk) + headers(1, {{"x", "y"}})},
      {"a status in the trailer", headers(1, kOk) + headers(1, kOk, true)},
      {"a window that grows beyond 2^31-1", window(1, 0x7fffffff)},
  };
  for (const auto& [name, bytes] : table) {
    const auto heard = hear(settings() + bytes + headers(3, kOk, true));
    EXPECT_EQ(heard.ears[0].end(), "malformed") << name;
    EXPECT_EQ(heard.ears[1].end(), "done") << name << ": the connection stays";
    EXPECT_TRUE(heard.taken) << name << heard.why;
  }
}

TEST(Http2, TheAnswerToHeadHasNoBody) {
  const auto heard = hear(settings() + headers(3, kOk) + data(3, "x", true));
  EXPECT_EQ(heard.ears[1].end(), "malformed");
}

TEST(Http2, AMalformedStreamIsResetInTheNextOutput) {
  auto session = *Http2Session::create();
  const auto message = get();
  Ear ear;
  std::string out;
  ASSERT_TRUE(session->request(message, "", ear));
  session->output(out);
  EXPECT_TRUE(session->feed(settings() + headers(1, {{"x", "y"}})));
  EXPECT_EQ(ear.end(), "malformed") << "heard before any output";
  out.clear();
  EXPECT_TRUE(session->output(out));
  EXPECT_NE(out.find(frame(3, 0, 1, number(2))), std::string::npos) << "INTERNAL_ERROR";
  EXPECT_EQ(session->open(), 0U);
}

TEST(Http2, WhatIsNotHttp2EndsAllStreams) {
  const std::string ok = headers(1, kOk);
  const std::vector<std::pair<std::string, std::string>> table{
      {"HTTP/1.1", "HTTP/1.1 400 Bad Request\r\n\r\n"},
      {"TLS", std::string("\x15\x03\x01\x00\x02\x02\x46 and more", 16)},
      {"no SETTINGS first", ok},
      {"an acknowledgement first", frame(4, kAck, 0)},
      {"a frame too large", settings() + frame(0, 0, 1, std::string(16385, 'x'))},
      {"SETTINGS on a stream", settings() + frame(4, 0, 1)},
      {"SETTINGS of 5 bytes", settings() + frame(4, 0, 0, "12345")},
      {"a window above 2^31-1", settings({{4, 0x80000000}})},
      {"a body on stream 0", settings() + data(0, "x")},
      {"a body before the head", settings() + data(1, "x")},
      {"a head on stream 0", settings() + headers(0, kOk)},
      {"a stream that nobody began", settings() + headers(7, kOk)},
      {"a stream of the server", settings() + headers(2, kOk)},
      {"RST_STREAM on one that nobody began", settings() + reset(7, 0)},
      {"CONTINUATION without HEADERS", settings() + frame(9, 4, 1)},
      {"a frame amid a head", settings() + frame(1, 0, 1, block(kOk)) + data(1, "x")},
      {"padding that is too long", settings() + ok + frame(0, kPadded, 1, "\x09xx")},
      {"a field block that is none", settings() + frame(1, kEndHeaders, 1, "\xff\xff\xff\xff")},
      {"an index that is none", settings() + frame(1, kEndHeaders, 1, "\xfe")},
      {"a PING of 7 bytes", settings() + frame(6, 0, 0, "1234567")},
      {"GOAWAY with an even stream", settings() + goaway(2)},
      {"a window that grows by nothing", settings() + window(1, 0)},
  };
  for (const auto& [name, bytes] : table) {
    const auto heard = hear(bytes + headers(3, kOk, true));
    EXPECT_FALSE(heard.taken) << name;
    EXPECT_TRUE(heard.why.starts_with("not HTTP/2: ")) << name << ": " << heard.why;
    for (const auto& ear : heard.ears) EXPECT_EQ(ear.end(), "malformed") << name;
    for (const auto& ear : heard.ears) EXPECT_EQ(ear.ends, 1) << name;
  }
}

TEST(Http2, AfterGarbageTheServerIsTold) {
  auto session = *Http2Session::create();
  std::string out;
  session->output(out);
  EXPECT_TRUE(session->feed("HTTP/1.1"));
  EXPECT_FALSE(session->feed(" 400 Bad Request"));
  EXPECT_EQ(session->why(), "not HTTP/2: PROTOCOL_ERROR, SETTINGS expected");
  out.clear();
  EXPECT_TRUE(session->output(out));
  EXPECT_EQ(out, goaway(0, 1, "SETTINGS expected"));
  EXPECT_FALSE(session->output(out));
  EXPECT_FALSE(session->feed(settings()));
  EXPECT_EQ(session->room(), 0U);
  EXPECT_TRUE(session->going_away());
}

TEST(Http2, RstStreamSaysHow) {
  constexpr std::uint32_t no_error = 0, internal = 2, refused = 7;
  EXPECT_EQ(hears(reset(1, refused)), (Lines{"refused"}));
  EXPECT_EQ(hears(reset(1, internal)), (Lines{"reset"}));
  EXPECT_EQ(hears(reset(1, no_error)), (Lines{"reset"})) << "no response";
  EXPECT_EQ(hears(headers(1, kOk) + reset(1, refused)), (Lines{"200", "reset"}))
      << "it has begun: it may not go out again";
  EXPECT_EQ(hears(headers(1, kOk) + data(1, "x") + reset(1, no_error)).back(), "reset");
  EXPECT_EQ(hears(headers(1, kOk, true) + reset(1, no_error)), (Lines{"200", "done"}));
}

TEST(Http2, AWholeResponseIsDoneThoughTheBodyIsNotAllSent) {
  const std::string large(100000, 'x');  // more than the server's windows, 65,535
  const auto heard =
      hear(settings() + headers(5, {{":status", "413"}}, true) + reset(5, 0) + headers(1, kOk), {},
           large);
  EXPECT_EQ(heard.ears[2].lines, (Lines{"413", "done"}));
  EXPECT_EQ(heard.ears[0].end(), "truncated") << "others go on";
  const auto later = hear(settings() + headers(5, {{":status", "413"}}) + reset(5, 0), {}, large);
  EXPECT_EQ(later.ears[2].lines, (Lines{"413", "reset"}));
}

TEST(Http2, WhatComesAfterTheEndIsOfNoAccount) {
  const std::string bytes = settings() + headers(5, {{":status", "413"}}, true) + data(5, "more") +
                            headers(1, kOk, true) + data(1, "more") + headers(3, kOk, true);
  for (const std::size_t size : {1U, 100000U}) {
    const auto heard = hear(bytes, {}, std::string(size, 'x'));
    EXPECT_TRUE(heard.taken) << size << heard.why;
    for (const auto& ear : heard.ears) EXPECT_EQ(ear.lines.back(), "done") << size;
  }
}

TEST(Http2, GoawayRefusesWhatTheServerDidNotTake) {
  const auto heard = hear(settings() + headers(1, kOk) + goaway(1, 11, "calm\x01 down") +
                          data(1, "x", true) + headers(3, kOk, true));
  EXPECT_EQ(heard.ears[0].end(), "done") << "what it took goes on";
  EXPECT_EQ(heard.ears[1].lines, (Lines{"refused"}));
  EXPECT_EQ(heard.ears[2].lines, (Lines{"refused"}));
  EXPECT_TRUE(heard.going_away);
  EXPECT_TRUE(heard.taken);
  EXPECT_EQ(heard.why, "the server's GOAWAY: ENHANCE_YOUR_CALM, calm? down");
  const auto twice = hear(settings() + goaway(0x7fffffff) + headers(1, kOk, true) + goaway(3) +
                          headers(3, kOk, true));
  EXPECT_EQ(twice.ears[0].end(), "done");
  EXPECT_EQ(twice.ears[1].end(), "done");
  EXPECT_EQ(twice.ears[2].end(), "refused") << "the second GOAWAY is the one that counts";
  EXPECT_EQ(twice.why, "");
}

TEST(Http2, WhatFollowsGoawayWhereAllIsAnsweredDoesNotMatter) {
  const std::string bytes = settings() + goaway(0) + "HTTP/1.1 400 Bad Request";
  const auto whole = hear(bytes);
  EXPECT_TRUE(whole.taken);
  EXPECT_EQ(whole, hear(bytes, [](std::size_t) { return std::size_t{1}; }));
  const auto open = hear(settings() + goaway(1) + "HTTP/1.1 400 Bad Request");
  EXPECT_FALSE(open.taken) << "one stream waits";
  EXPECT_EQ(open.ears[0].end(), "malformed");
}

TEST(Http2, WhatEndsTooEarly) {
  const std::string bytes = settings() + headers(1, {{":status", "200"}, {"x", "y"}}) +
                            data(1, "hello") + data(1, "", true);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto heard = hear(bytes.substr(0, size));
    ASSERT_TRUE(heard.taken);
    const bool begun = size >= settings().size() + 9;  // the head of HEADERS
    EXPECT_EQ(heard.ears[0].end(), begun ? "truncated" : "closed") << size;
    EXPECT_EQ(heard.ears[1].end(), "closed") << size;
  }
  EXPECT_EQ(hear(bytes).ears[0].end(), "done");
}

TEST(Http2, LimitsHoldToTheByte) {
  const std::string two =
      headers(1, {{":status", "200"}, {"a", "bc"}}) + headers(1, {{"d", "ef"}}, true);
  EXPECT_EQ(hears(two, {.fields = 2}).back(), "done");
  EXPECT_EQ(hears(two, {.fields = 1}), (Lines{"200", "h a: bc", "malformed"}));
  EXPECT_EQ(hears(two, {.head = 2 * 35}).back(), "done");
  EXPECT_EQ(hears(two, {.head = 2 * 35 - 1}).back(), "malformed");
  const std::string interim = headers(1, {{":status", "102"}});
  EXPECT_EQ(hears(interim + interim + headers(1, kOk, true), {.interims = 2}).back(), "done");
  EXPECT_EQ(hears(interim + interim + headers(1, kOk, true), {.interims = 1}).back(), "malformed");
}

TEST(Http2, AFloodOfFieldsIsNotKept) {
  // One field of 4,000 bytes goes into the dynamic table (RFC 7541, 6.2.1); each byte 0xbe repeats
  // it (6.1).
  const std::string field =
      '\x40' + integer(1, 7) + "x" + integer(4000, 7) + std::string(4000, 'y');
  const auto heard =
      hear(settings() +
           frame(1, kEndHeaders | kEndStream, 1, block(kOk) + field + std::string(12000, '\xbe')) +
           headers(3, kOk, true));
  EXPECT_EQ(heard.ears[0].end(), "malformed");
  EXPECT_EQ(heard.ears[0].lines.size(), 1U + 65536 / 4033 + 1);
  EXPECT_EQ(heard.ears[1].end(), "done");
}

}  // namespace
}  // namespace ingress_check
