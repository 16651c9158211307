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

}  // namespace
}  // namespace ingress_check
