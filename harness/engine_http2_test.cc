// HTTP/2 under load against nginx, which sends GOAWAY after 1,000 requests of a connection.
#include "harness/engine_test.h"
#include "harness/nginx_test.h"

namespace ingress_check {
namespace {

using namespace testing;

LoadReply asked(const Nginx& nginx, std::uint16_t port, bool https, HttpVersion http,
                std::uint32_t streams, bool open_loop = false) {
  Target target = target_at(port, https);
  target.address[0].host = nginx.ip;
  target.ca = nginx.ca();
  target.insecure = true;
  target.http = http;
  Load load =
      open_loop ? paced(target, 6000, std::chrono::milliseconds(500), 2) : closed(target, 3000, 2);
  load.connections.streams = streams;
  load.requests[0].matches = {{Match::Part::status, {{{200, 200}}}},
                              {Match::Part::body, {}, {}, {true, "^HTTP/[12].*uri=/$"}}};
  const LoadReply reply = *run(target, load).load;
  expect_sums(reply);
  EXPECT_EQ(reply.counts.answered(), 3000U) << fates(reply.counts);
  EXPECT_EQ(reply.requests[0].broke, (std::vector<std::uint64_t>{0, 0}));
  return reply;
}

TEST(EngineHttp2, OverTlsByAlpnWithOneStreamOrMany) {
  const Nginx nginx;
  for (const std::uint32_t streams : {1U, 4U, 32U}) {
    const LoadReply reply = asked(nginx, nginx.tls(), true, HttpVersion::any, streams);
    EXPECT_EQ(reply.protocol, "HTTP/2");
    EXPECT_GE(reply.connect.total(), 3U) << "a connection carries 1,000 requests";
    EXPECT_EQ(reply.tls.total(), reply.connect.total());
  }
}

TEST(EngineHttp2, InPlainTextByPriorKnowledge) {
  const Nginx nginx;
  EXPECT_EQ(asked(nginx, nginx.h2c(), false, HttpVersion::h2c, 8).protocol, "HTTP/2");
  EXPECT_EQ(asked(nginx, nginx.h2c(), false, HttpVersion::h2c, 8, true).protocol, "HTTP/2");
}

TEST(EngineHttp2, Http1IsSpokenWhereItIsAskedFor) {
  const Nginx nginx;
  EXPECT_EQ(asked(nginx, nginx.tls(), true, HttpVersion::http1, 8).protocol, "HTTP/1.1");
}

TEST(EngineHttp2, APlainServerThatIsNone) {
  RawServer server([](RawConnection& connection) {
    char bytes[256];
    connection.read(bytes, sizeof bytes);
    connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  });
  Target target = target_at(server.port());
  target.http = HttpVersion::h2c;
  Load load = closed(target, 20, 2);
  load.connections.streams = 4;
  const LoadReply reply = *run(target, load).load;
  EXPECT_EQ(reply.counts.answered(), 0U);
  EXPECT_EQ(reply.counts.due, 20U);
  EXPECT_GT(reply.counts.of(Outcome::malformed), 0U);
  expect_sums(reply);
}

/// Speaks as much HTTP/2 (RFC 9113) as it takes to answer 200, or, on its first connections, to
/// say in a GOAWAY that no stream was processed.
void answer_after(int refusals, RawConnection& connection) {
  using namespace std::string_literals;
  using namespace std::string_view_literals;
  constexpr std::size_t preface = 24, frame_head = 9;
  connection.write("\0\0\0\4\0\0\0\0\0"sv);
  std::string heard;
  char bytes[4096];
  for (std::size_t at = preface;;) {
    const int got = connection.read(bytes, sizeof bytes);
    if (got <= 0) return;
    heard.append(bytes, static_cast<std::size_t>(got));
    while (heard.size() >= at + frame_head) {
      const std::string head = heard.substr(at, frame_head);
      at += frame_head + static_cast<unsigned char>(head[1]) * 256U +
            static_cast<unsigned char>(head[2]);
      if (head[3] == 4 && head[4] == 0) connection.write("\0\0\0\4\1\0\0\0\0"sv);
      if (head[3] != 1) continue;
      if (connection.number < refusals)
        connection.write("\0\0\x8\7\0\0\0\0\0\0\0\0\0\0\0\0\0"sv);
      else
        connection.write("\0\0\1\1\5"s + head.substr(5) + "\x88");
    }
  }
}

LoadReply refused_first(int refusals) {
  const RawServer server([refusals](RawConnection& to) { answer_after(refusals, to); });
  Target target = target_at(server.port());
  target.http = HttpVersion::h2c;
  const LoadReply reply = *run(target, closed(target, 1, 1)).load;
  expect_sums(reply);
  return reply;
}

TEST(EngineHttp2, WhatAServerDidNotProcessGoesOutAgainButNotForEver) {
  const LoadReply lucky = refused_first(3);
  EXPECT_EQ(lucky.counts.answered(), 1U);
  EXPECT_EQ(lucky.counts.repeated, 3U);
  const LoadReply never = refused_first(1000);
  EXPECT_EQ(never.counts.of(Outcome::reset), 1U);
  EXPECT_EQ(never.counts.repeated, 8U);
}

}  // namespace
}  // namespace ingress_check
