// How streams of HTTP/2 end where a conversation does not take its course.
#include <gtest/gtest.h>

#include "harness/http2_peer_test.h"

namespace ingress_check {
namespace {

using testing::http2::Again;
using testing::http2::converse;
using testing::http2::Ear;
using testing::http2::get;
using testing::http2::Peer;
namespace frames = testing::http2::frames;
using Lines = std::vector<std::string>;

TEST(Http2Ends, RoomIsWhatTheServerAllows) {
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

TEST(Http2Ends, NoLimitIsNoLimit) {
  auto session = *Http2Session::create();
  session->feed(frames::settings());
  EXPECT_GT(session->room(), 1000000U);
  session->feed(frames::settings({{3, 0}}));
  EXPECT_EQ(session->room(), 0U);
}

TEST(Http2Ends, CancelledStreamsHearNothingMore) {
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

TEST(Http2Ends, StreamsMayBeCancelledWhileOneHears) {
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

TEST(Http2Ends, AnAnswerBeforeTheBodyIsSentEndsTheRequest) {
  auto session = *Http2Session::create();
  Peer peer;
  const Http2Message message("POST", "https", "a", "/", {}, std::string(100000, 'x'), true);
  Ear ear;
  session->request(message, "", ear);
  std::string out;
  session->output(out);
  EXPECT_LT(out.size(), 70000U) << "the server's window";
  session->feed(frames::settings() + frames::headers(1, {{":status", "413"}}, true));
  EXPECT_EQ(ear.lines, (Lines{"413", "done"}));
  out.clear();
  session->output(out);
  EXPECT_EQ(out, frames::frame(4, frames::kAck, 0) + frames::reset(1, NGHTTP2_CANCEL));
  EXPECT_EQ(session->open(), 0U);
}

TEST(Http2Ends, AStreamMayBeNoMoreAfterItsEnd) {  // an error only to ASan
  struct Brief final : Http2Stream {
    int* ends = nullptr;
    void on_end(Http2End) override {
      ++*ends;
      delete this;
    }
  };
  auto session = *Http2Session::create();
  const auto message = get();
  int ends = 0;
  for (int i = 0; i < 4; ++i) {
    auto* stream = new Brief;
    stream->ends = &ends;
    session->request(message, "", *stream);
  }
  std::string out;
  session->output(out);
  session->feed(frames::settings() + frames::headers(1, {{":status", "200"}}, true) +
                frames::headers(3, {{"x", "y"}}) + frames::data(3, "x", true) +
                frames::reset(5, 2) + frames::headers(7, {{":status", "200"}}));
  EXPECT_EQ(ends, 3);
  session->close();
  EXPECT_EQ(ends, 4);
}

TEST(Http2Ends, AfterGoawayNothingBegins) {
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

TEST(Http2Ends, WhoAsksAgainAtTheEndOfAllIsRefused) {
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

TEST(Http2Ends, PushesAreNotTaken) {
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

TEST(Http2Ends, AnswersPingsAndSettings) {
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
