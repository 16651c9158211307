// Whole conversations with a server of HTTP/2.
#include <gtest/gtest.h>

#include "harness/allocations_test.h"
#include "harness/http2_peer_test.h"

namespace ingress_check {
namespace {

using testing::allocations;
using testing::http2::Again;
using testing::http2::converse;
using testing::http2::Ear;
using testing::http2::get;
using testing::http2::Peer;
namespace frames = testing::http2::frames;
using Lines = std::vector<std::string>;

/// What a server sees of one message.
Peer::Asked sent(const Http2Message& message, std::string_view cookie = {}) {
  auto session = *Http2Session::create();
  Peer peer;
  Ear ear;
  EXPECT_TRUE(session->request(message, cookie, ear));
  converse(*session, peer);
  EXPECT_TRUE(peer.asked[1].whole);
  return peer.asked[1];
}

TEST(Http2Session, SendsFieldsAsHttp2HasThem) {
  const Headers headers{{{"Accept", "*/*"},
                         {"HOST", "other.example"},
                         {"Connection", "keep-alive, X-Hop"},
                         {"Proxy-Connection", "close"},
                         {"Keep-Alive", "5"},
                         {"Transfer-Encoding", "chunked"},
                         {"Upgrade", "h2c"},
                         {"TE", "Trailers"},
                         {"te", "gzip"},
                         {"X-Blank", "  a b\t"},
                         {"X-Empty", ""}}};
  const Http2Message message("GET", "https", "shop.example", "/a?b", headers, "", false);
  EXPECT_EQ(
      sent(message, "s=1; t=2").lines,
      (Lines{":method: GET", ":scheme: https", ":authority: other.example", ":path: /a?b",
             "accept: */*", "te: Trailers", "x-blank: a b", "x-empty: ", "cookie: s=1; t=2"}));
  EXPECT_EQ(sent(get("")).lines,
            (Lines{":method: GET", ":scheme: https", ":authority: shop.example", ":path: /"}));
  EXPECT_EQ(get("/").size(), 7U + 3 + 7 + 5 + 10 + 12 + 5 + 1);
}

TEST(Http2Session, SendsBodiesWithTheirLength) {
  const auto post = [](const Headers& headers, const std::string& body, bool has_body) {
    return Http2Message("POST", "https", "a", "/", headers, body, has_body);
  };
  const auto some = sent(post({}, "hello", true));
  EXPECT_EQ(some.lines.back(), "content-length: 5");
  EXPECT_EQ(some.body, "hello");
  EXPECT_EQ(sent(post({}, "", true)).lines.back(), "content-length: 0");
  EXPECT_EQ(sent(post({}, "", false)).lines.back(), ":path: /");
  const auto own = sent(post({{{"Content-Length", "5"}, {"X", "y"}}}, "hello", true));
  EXPECT_EQ(own.lines.size(), 6U) << "no second one";
  EXPECT_EQ(post({}, "hello", true).size(), post({}, "", true).size() + 5);
}

TEST(Http2Session, ConnectHasNeitherSchemeNorPath) {
  auto session = *Http2Session::create();
  Peer peer;
  Ear ear;
  const Http2Message message("CONNECT", "https", "a:443", "/", {}, "", false);
  session->request(message, "", ear);
  converse(*session, peer);
  EXPECT_EQ(peer.asked[1].lines, (Lines{":method: CONNECT", ":authority: a:443"}));
}

TEST(Http2Session, ACookieOfAnySizeIsSent) {
  const std::string cookie(50 * 4096, 'c');
  const auto message = get();
  auto session = *Http2Session::create();
  Ear ear;
  ASSERT_TRUE(session->request(message, cookie, ear));
  std::string out;
  session->output(out);
  EXPECT_GT(out.size(), cookie.size() / 2) << "Huffman codes of a c have 5 bits";
  EXPECT_EQ(session->open(), 1U);
}

TEST(Http2Session, LargeBodiesGoBothWaysThroughSmallWindows) {
  auto session = *Http2Session::create();
  Peer peer({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1000}});
  const std::string up(3'000'000, 'u'), down(3'000'000, 'd');
  peer.on_request = [&](std::int32_t id) {
    peer.answer(id, {{{":status", "200"}, {"content-length", "3000000"}}, down, {}});
  };
  const Http2Message message("PUT", "https", "a", "/", {}, up, true);
  Ear one, two;
  session->request(message, "", one);
  session->request(message, "", two);
  converse(*session, peer);
  for (const auto* ear : {&one, &two}) {
    EXPECT_EQ(ear->lines, (Lines{"200", "h content-length: 3000000", "body", "done"}));
    EXPECT_EQ(ear->body, down);
  }
  EXPECT_EQ(peer.asked[1].body, up);
  EXPECT_EQ(peer.asked[3].body, up);
}

TEST(Http2Session, OneRoundTripForManyBytes) {
  auto session = *Http2Session::create();
  Peer peer;
  const auto message = get();
  Ear ear;
  session->request(message, "", ear);
  converse(*session, peer);
  peer.answer(1, {{{":status", "200"}}, std::string(10'000'000, 'd'), {}});
  const std::uint8_t* bytes = nullptr;
  ssize_t size = 0;
  while ((size = nghttp2_session_mem_send(peer.session, &bytes)) > 0)
    session->feed({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  EXPECT_EQ(ear.end(), "done") << "our windows do not stop it";
  EXPECT_EQ(ear.body.size(), 10'000'000U);
}

TEST(Http2Session, RequestsMayBeginWhereOthersEnd) {
  auto session = *Http2Session::create();
  Peer peer;
  peer.on_request = [&](std::int32_t id) {
    peer.interim(id, {{":status", "103"}, {"link", "</a>"}});
    peer.answer(id, {{{":status", "200"}, {"x-id", std::to_string(id)}}, "hello", {{"t", "u"}}});
  };
  const auto message = get();
  std::vector<Again> ears(3);
  for (auto& ear : ears) {
    ear.session = session.get();
    ear.message = &message;
    ear.more = 99;
    session->request(message, "", ear);
  }
  converse(*session, peer);
  for (const auto& ear : ears) {
    EXPECT_EQ(ear.ends, 100);
    EXPECT_EQ(ear.body.size(), 500U);
    EXPECT_EQ(ear.lines.size(), 700U);
  }
  EXPECT_EQ(peer.asked.size(), 300U);
  EXPECT_EQ(peer.most_open, 3U);
  EXPECT_EQ(session->open(), 0U);
}

TEST(Http2Session, NothingOfOursIsAllocatedForARequest) {
  auto session = *Http2Session::create();
  const auto message = get();
  struct Quiet final : Http2Stream {
    int done = 0;
    void on_end(Http2End how) override { done += how == Http2End::done; }
  } stream;
  std::string out, reply;
  out.reserve(4096);
  reply.reserve(4096);
  session->feed(frames::settings());
  std::size_t before = 0;
  for (std::uint32_t id = 1; id < 2001; id += 2) {
    if (id == 201) before = allocations();
    session->request(message, "session=12345678901234567890", stream);
    out.clear();
    session->output(out);
    static const std::string head = frames::headers(1, {{":status", "200"}});
    reply.assign(head);
    reply[7] = static_cast<char>(id >> 8);
    reply[8] = static_cast<char>(id);
    reply.append("\0\0\0\0\1\0\0", 7);
    reply += reply[7];
    reply += reply[8];
    session->feed(reply);
  }
  EXPECT_EQ(stream.done, 1000);
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace ingress_check
