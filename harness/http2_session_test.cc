// Whole conversations with a server of HTTP/2.
#include <gtest/gtest.h>

#include "harness/allocations_test.h"
#include "harness/http2_peer_test.h"

namespace ingress_check {
namespace {

using testing::allocations;
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

TEST(Http2Session, RoomIsWhatTheServerAllows) {
  auto session = *Http2Session::create();
  Peer peer({{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1}});
  const auto message = get();
  std::vector<Ear> ears(3);
  EXPECT_EQ(session->room(), 100U) << "until it says";
  EXPECT_FALSE(session->settled());
  EXPECT_FALSE(session->going_away());
  for (auto& ear : ears) ASSERT_TRUE(session->request(message, "", ear));
  EXPECT_EQ(session->room(), 97U);
  const std::uint8_t* bytes = nullptr;
  const auto size = nghttp2_session_mem_send(peer.session, &bytes);
  session->feed({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  EXPECT_TRUE(session->settled());
  EXPECT_EQ(session->room(), 0U);
  Ear fourth;
  EXPECT_FALSE(session->request(message, "", fourth));
  EXPECT_EQ(session->open(), 3U);
  peer.on_request = [&](std::int32_t id) { peer.answer(id, {{{":status", "200"}}, "x", {}}); };
  converse(*session, peer);
  for (const auto& ear : ears) EXPECT_EQ(ear.end(), "done") << "those that had begun wait";
  EXPECT_EQ(peer.most_open, 1U);
  EXPECT_EQ(session->room(), 1U);
}

TEST(Http2Session, NoLimitIsNoLimit) {
  auto session = *Http2Session::create();
  session->feed(frames::settings());
  EXPECT_GT(session->room(), 1000000U);
  session->feed(frames::settings({{3, 0}}));
  EXPECT_EQ(session->room(), 0U);
}

TEST(Http2Session, CancelledStreamsHearNothingMore) {
  auto session = *Http2Session::create();
  Peer peer;
  const auto message = get();
  Ear unsent, half, other;
  {
    auto gone = std::make_unique<Http2Message>(get("/gone"));
    ASSERT_TRUE(session->request(*gone, "", unsent));
    session->cancel(unsent);
  }
  session->request(message, "", half);
  session->request(message, "", other);
  converse(*session, peer);
  EXPECT_EQ(peer.asked.count(1), 0U) << "never sent";
  peer.interim(3, {{":status", "103"}});
  converse(*session, peer);
  session->cancel(half);
  session->cancel(half);
  EXPECT_EQ(session->open(), 1U);
  peer.answer(3, {{{":status", "200"}}, "x", {}});
  peer.answer(5, {{{":status", "200"}}, "x", {}});
  converse(*session, peer);
  EXPECT_EQ(peer.asked[3].reset, NGHTTP2_CANCEL);
  EXPECT_EQ(unsent.lines, Lines{});
  EXPECT_EQ(half.lines, Lines{"103"});
  EXPECT_EQ(other.end(), "done");
}

/// Cancels itself, or another, where it hears a field.
struct Canceller final : Ear {
  Http2Session* session = nullptr;
  Http2Stream* whom = nullptr;
  void on_field(Section where, std::string_view name, std::string_view value) override {
    Ear::on_field(where, name, value);
    if (whom) session->cancel(*std::exchange(whom, nullptr));
  }
};

TEST(Http2Session, StreamsMayBeCancelledWhileOneHears) {
  for (const bool itself : {true, false}) {
    auto session = *Http2Session::create();
    Peer peer;
    const auto message = get();
    Canceller ear;
    Ear other;
    ear.session = session.get();
    ear.whom = itself ? static_cast<Http2Stream*>(&ear) : &other;
    session->request(message, "", ear);
    session->request(message, "", other);
    peer.on_request = [&](std::int32_t id) {
      peer.answer(id, {{{":status", "200"}, {"a", "b"}, {"c", "d"}}, "body", {{"e", "f"}}});
    };
    converse(*session, peer);
    EXPECT_EQ(ear.lines.size(), itself ? 2U : 6U);
    EXPECT_EQ(ear.ends, itself ? 0 : 1);
    EXPECT_EQ(other.lines.size(), itself ? 6U : 0U);
    EXPECT_EQ(session->open(), 0U);
    EXPECT_TRUE(session->feed({}));
  }
}

TEST(Http2Session, AfterGoawayNothingBegins) {
  auto session = *Http2Session::create();
  Peer peer;
  const auto message = get();
  Ear sent_one, above, unsent;
  session->request(message, "", sent_one);
  session->request(message, "", above);
  converse(*session, peer);
  session->request(message, "", unsent);
  nghttp2_submit_goaway(peer.session, 0, 1, NGHTTP2_NO_ERROR, nullptr, 0);
  peer.answer(1, {{{":status", "200"}}, "x", {}});
  const std::uint8_t* bytes = nullptr;
  ssize_t size = 0;
  while ((size = nghttp2_session_mem_send(peer.session, &bytes)) > 0)
    session->feed({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  EXPECT_EQ(above.end(), "refused");
  EXPECT_EQ(unsent.end(), "refused");
  EXPECT_EQ(sent_one.end(), "done");
  EXPECT_TRUE(session->going_away());
  EXPECT_EQ(session->room(), 0U);
  Ear late;
  EXPECT_FALSE(session->request(message, "", late));
  EXPECT_EQ(late.ends, 0);
  EXPECT_EQ(session->open(), 0U);
}

TEST(Http2Session, WhoAsksAgainAtTheEndOfAllIsRefused) {
  auto session = *Http2Session::create();
  const auto message = get();
  std::vector<Again> ears(5);
  for (auto& ear : ears) {
    ear.session = session.get();
    ear.message = &message;
    ear.more = 3;
    session->request(message, "", ear);
  }
  session->close();
  session->close();
  for (const auto& ear : ears) {
    EXPECT_EQ(ear.lines, Lines{"closed"});
    EXPECT_EQ(ear.refused, 1);
  }
  std::string out;
  EXPECT_FALSE(session->output(out));
  EXPECT_EQ(session->room(), 0U);
}

TEST(Http2Session, PushesAreNotTaken) {
  auto session = *Http2Session::create();
  const auto message = get();
  Ear ear;
  session->request(message, "", ear);
  std::string out;
  session->output(out);
  const std::string promise =
      frames::frame(5, 4, 1,
                    frames::number(2) + frames::block({{":method", "GET"},
                                                       {":scheme", "https"},
                                                       {":authority", "shop.example"},
                                                       {":path", "/pushed"}}));
  EXPECT_TRUE(session->feed(frames::settings() + promise +
                            frames::headers(2, {{":status", "200"}}, true) +
                            frames::headers(1, {{":status", "200"}}, true)))
      << session->why();
  EXPECT_EQ(ear.lines, (Lines{"200", "done"}));
  out.clear();
  session->output(out);
  EXPECT_NE(out.find(frames::reset(2, NGHTTP2_CANCEL)), std::string::npos);
  session->feed(frames::frame(4, frames::kAck, 0));
  EXPECT_FALSE(session->feed(promise)) << "the server has seen that we take none";
}

TEST(Http2Session, AnswersPingsAndSettings) {
  auto session = *Http2Session::create();
  std::string out;
  session->output(out);
  EXPECT_TRUE(out.starts_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  EXPECT_NE(out.find(frames::settings({{2, 0}, {4, 1 << 30}, {6, 65536}})), std::string::npos);
  EXPECT_NE(out.find(frames::window(0, (1 << 30) - 65535)), std::string::npos);
  out.clear();
  session->feed(frames::settings() + frames::frame(6, 0, 0, "12345678"));
  session->output(out);
  EXPECT_EQ(out, frames::frame(4, frames::kAck, 0) + frames::frame(6, frames::kAck, 0, "12345678"));
  std::string flood;
  for (int i = 0; i < 5000; ++i) flood += frames::frame(6, 0, 0, "12345678");
  EXPECT_TRUE(session->feed(flood)) << session->why();
  out.clear();
  session->output(out);
  EXPECT_EQ(out.size(), flood.size());
}

}  // namespace
}  // namespace ingress_check
