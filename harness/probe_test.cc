#include "harness/probe.h"

#include "harness/probe_test.h"

namespace ingress_check {
namespace {

using testing::answering;
using testing::bytes_of;
using testing::get;
using testing::kOk;
using testing::one;
using testing::RawConnection;
using testing::RawServer;
using testing::send;
using testing::target_at;

TEST(Probe, TellsTheWholeExchange) {
  RawServer server(answering(
      "HTTP/1.1 404 Nothing Here\r\nX-One: 1\r\nX-Two:  a b \r\nContent-Length: 5\r\n\r\nhello"));
  const Target target = target_at(server.port());
  const Exchange got = one(target, get(target, "/a?b=c"));
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.status, 404);
  EXPECT_EQ(got.reason, "Nothing Here");
  EXPECT_EQ(got.headers.find("x-two"), "a b");
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(got.body_size, 5u);
  EXPECT_EQ(got.version, HttpVersion::http1);
  EXPECT_EQ(got.address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_TRUE(got.local.starts_with("127.0.0.1:"));
  EXPECT_EQ(got.sent.find("Host"), "shop.example");
  EXPECT_FALSE(got.reused);
  EXPECT_EQ(got.attempts, 1u);
  EXPECT_GT(got.timings.total.count(), 0);
  EXPECT_GT(got.timings.connect.count(), 0);
  EXPECT_GE(got.timings.total, got.timings.connect + got.timings.first_byte);
  EXPECT_EQ(got.timings.tls.count(), 0);
}

TEST(Probe, SendsThePathByteForByte) {
  const Target target = target_at(0);
  for (const std::string path :
       {"/", "//x", "/a/../b", "/a/./b/", "/%2F%2f%zz", "/a?", "/?q=%20&&", "/a//b///", "/[x]{y}|^",
        "/a?b#c", "/\xc3\xa4", "/;v=1:2@3", "/a\"b<c>`"}) {
    const std::string seen = bytes_of(get(target, path));
    EXPECT_EQ(seen.substr(0, seen.find("\r\n")), "GET " + path + " HTTP/1.1");
  }
}

TEST(Probe, AddsNothingThatWasNotAskedFor) {
  Request request = get(target_at(0), "/form");
  request.method = "POST";
  request.body = "a=b";
  ProbeOptions options;
  options.user_agent = "ingress-check/1 (run 7)";
  EXPECT_EQ(bytes_of(request, target_at(0), options),
            "POST /form HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: ingress-check/1 (run 7)\r\n"
            "Accept: */*\r\nContent-Length: 3\r\n\r\na=b");
  request.body.clear();
  request.headers.add("User-Agent", "mine");
  request.headers.add("Host", "other.example:81");
  request.headers.add("X-Empty", "");
  EXPECT_EQ(bytes_of(request, target_at(0), options),
            "POST /form HTTP/1.1\r\nHost: other.example:81\r\nAccept: */*\r\nUser-Agent: mine\r\n"
            "X-Empty:\r\nContent-Length: 0\r\n\r\n");
}

TEST(Probe, LargeBodiesGoOutWithoutExpect) {
  Request request = get(target_at(0));
  request.method = "PUT";
  request.body = std::string(3 << 20, 'x');
  const std::string seen = bytes_of(request);
  EXPECT_EQ(seen.find("Expect"), seen.npos);
  EXPECT_TRUE(seen.ends_with(request.body));
}

TEST(Probe, HeadAndOtherMethods) {
  for (const std::string method : {"HEAD", "OPTIONS", "DELETE", "PATCH", "PURGE"}) {
    Request request = get(target_at(0));
    request.method = method;
    EXPECT_TRUE(bytes_of(request).starts_with(method + " / HTTP/1.1\r\n"));
  }
  RawServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"));
  const Target target = target_at(server.port());
  Request request = get(target);
  request.method = "HEAD";
  EXPECT_EQ(one(target, request).outcome, Outcome::ok);
}

TEST(Probe, CredentialsGoOnlyToTheTargetsOwnHost) {
  Target target = target_at(0);
  target.headers.add("Authorization", "Bearer abc");
  target.headers.add("X-Api-Key", "k");
  target.headers.add("X-Plain", "p");
  const std::string own = bytes_of(get(target), target);
  EXPECT_NE(own.find("Authorization: Bearer abc\r\n"), own.npos);
  EXPECT_NE(own.find("X-Api-Key: k\r\n"), own.npos);
  Request elsewhere = get(target);
  elsewhere.url.host = "other.example";
  const std::string other = bytes_of(elsewhere, target);
  EXPECT_EQ(other.find("abc"), other.npos);
  EXPECT_EQ(other.find("X-Api-Key"), other.npos);
  EXPECT_NE(other.find("X-Plain: p\r\n"), other.npos);
  Request own_wins = get(target);
  own_wins.headers.add("x-plain", "q");
  const std::string replaced = bytes_of(own_wins, target);
  EXPECT_EQ(replaced.find("X-Plain: p"), replaced.npos);
  EXPECT_NE(replaced.find("x-plain: q\r\n"), replaced.npos);
  target.url.https = true;  // asked over plain http
  Request plain = get(target);
  plain.url.https = false;
  const std::string bare = bytes_of(plain, target);
  EXPECT_EQ(bare.find("abc"), bare.npos);
}

TEST(Probe, RefusesWhatWouldBreakTheMessage) {
  const auto probe = make_probe({});
  const Target target = target_at(1);
  Watch watch;
  Request split = get(target);
  split.headers.add("X", "a\r\nY: b");
  EXPECT_FALSE(probe->send(target, {"t", Http{{split}}}, watch).has_value());
  Request method = get(target);
  method.method = "GET /x HTTP/1.1\r\n";
  EXPECT_FALSE(probe->send(target, {"t", Http{{method}}}, watch).has_value());
}

TEST(Probe, ProxyOfTheEnvironmentIsIgnored) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::ok);
  unsetenv("http_proxy");
}

TEST(Probe, RedirectsAreNotFollowed) {
  RawServer server(
      answering("HTTP/1.1 308 Permanent Redirect\r\nLocation: "
                "http://shop.example/b\r\nContent-Length: 0\r\n\r\n"));
  const Target target = target_at(server.port());
  const Exchange got = one(target, get(target));
  EXPECT_EQ(got.status, 308);
  EXPECT_EQ(got.headers.find("location"), "http://shop.example/b");
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace ingress_check
