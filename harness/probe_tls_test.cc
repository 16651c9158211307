// The probe over TLS and HTTP/2, against a real nginx and against servers that do as told.
#include <filesystem>
#include <set>

#include "fixtures/echo.h"
#include "harness/answered_by.h"
#include "harness/curl_line.h"
#include "harness/nginx_test.h"
#include "harness/probe_test.h"

namespace ingress_check {
namespace {

using testing::answering;
using testing::get;
using testing::kOk;
using testing::Nginx;
using testing::one;
using testing::RawConnection;
using testing::RawServer;
using testing::send;
using testing::target_at;

class ProbeNginx : public ::testing::Test {
 protected:
  Target target(std::uint16_t port, bool https = false) const {
    Target made = target_at(port, https);
    made.address = {{0, nginx_.ip, port}};
    made.ca = nginx_.ca();
    return made;
  }
  /// Waits for nginx to come up: that, too, is the probe's work.
  static Exchange ask(const Target& target, Request request) {
    request.retry_within = std::chrono::seconds(10);
    return one(target, std::move(request));
  }
  static Exchange ask(const Target& target) { return ask(target, get(target, "/a%2Fb//c?d")); }
  Nginx nginx_;
};

TEST_F(ProbeNginx, PlainVersions) {
  Exchange got = ask(target(nginx_.plain));
  EXPECT_EQ(got.version, HttpVersion::http1);
  EXPECT_EQ(got.body, "HTTP/1.1 host=shop.example sni= client= uri=/a%2Fb//c?d");
  Target h2c = target(nginx_.h2c());
  h2c.http = HttpVersion::h2c;
  got = ask(h2c);
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.version, HttpVersion::h2c);
  EXPECT_EQ(got.body, "HTTP/2.0 host=shop.example sni= client= uri=/a%2Fb//c?d");
  Target wrong = target(nginx_.plain);
  wrong.http = HttpVersion::h2c;
  got = one(wrong, get(wrong));
  EXPECT_EQ(got.outcome, Outcome::malformed) << got.detail << got.status;
}

TEST_F(ProbeNginx, KeptConnectionsAreFreshOverHttp2WithoutTls) {
  Target h2c = target(nginx_.h2c());
  h2c.http = HttpVersion::h2c;
  Request request = get(h2c);
  request.reuse = Reuse::kept;
  request.client = "a";
  request.times = 3;
  request.retry_within = std::chrono::seconds(10);
  const auto probe = make_probe({});
  const Evidence evidence = send(*probe, h2c, {request});
  ASSERT_EQ(evidence.exchanges.size(), 3u);
  std::set<std::uint64_t> connections;
  for (const Exchange& exchange : evidence.exchanges) {
    EXPECT_EQ(exchange.outcome, Outcome::ok) << exchange.detail;
    EXPECT_EQ(exchange.version, HttpVersion::h2c);
    EXPECT_FALSE(exchange.reused);
    connections.insert(exchange.connection);
  }
  EXPECT_EQ(connections.size(), 3u);
}

TEST_F(ProbeNginx, TlsVersionsAndFacts) {
  Target any = target(nginx_.tls(), true);
  Exchange got = ask(any);
  ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.version, HttpVersion::http2);
  EXPECT_EQ(got.body, "HTTP/2.0 host=shop.example sni=shop.example client=NONE uri=/a%2Fb//c?d");
  ASSERT_TRUE(got.tls.has_value());
  EXPECT_TRUE(got.tls->verified) << got.tls->verify_error;
  EXPECT_EQ(got.tls->alpn, "h2");
  EXPECT_EQ(got.tls->sni, "shop.example");
  EXPECT_EQ(got.tls->version, TlsVersion::tls1_3);
  EXPECT_TRUE(got.tls->client_certificate_asked);
  ASSERT_FALSE(got.tls->chain.empty());
  EXPECT_EQ(got.tls->chain[0].dns_names, std::vector<std::string>{"shop.example"});
  EXPECT_GT(got.timings.tls.count(), 0);
  any.http = HttpVersion::http1;
  got = ask(any);
  EXPECT_EQ(got.version, HttpVersion::http1);
  EXPECT_EQ(got.tls->alpn, "http/1.1");
}

TEST_F(ProbeNginx, KeptConnectionsKeepTheirFacts) {
  for (const auto version : {HttpVersion::http1, HttpVersion::http2}) {
    Target kept = target(nginx_.tls(), true);
    kept.http = version;
    Request request = get(kept);
    request.reuse = Reuse::kept;
    request.times = 3;
    request.retry_within = std::chrono::seconds(10);
    const auto probe = make_probe({});
    const Evidence evidence = send(*probe, kept, {request});
    ASSERT_EQ(evidence.exchanges.size(), 3u);
    EXPECT_TRUE(evidence.exchanges[2].reused);
    EXPECT_EQ(evidence.exchanges[2].connection, evidence.exchanges[0].connection);
    ASSERT_TRUE(evidence.exchanges[2].tls.has_value());
    EXPECT_TRUE(evidence.exchanges[2].tls->verified);
    Request other = request;  // another client, another connection, h2 included
    other.client = "b";
    EXPECT_FALSE(send(*probe, kept, {other}).exchanges[0].reused);
  }
}

TEST_F(ProbeNginx, SniHostAndAddressAreIndependent) {
  Target odd = target(nginx_.tls(), true);
  odd.url.host = "front.example";
  odd.sni = "shop.example";  // verified against this, asked for that
  Exchange got = ask(odd, get(odd));
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.body, "HTTP/2.0 host=front.example sni=shop.example client=NONE uri=/");
  odd.sni.reset();
  got = one(odd, get(odd));
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  ASSERT_TRUE(got.tls.has_value());
  EXPECT_FALSE(got.tls->name_matches);
  EXPECT_TRUE(got.tls->chain_verified);
  Request none = get(target(nginx_.tls(), true));
  none.sni = "";  // no SNI at all, and still the URL's name to verify
  got = ask(target(nginx_.tls(), true), none);
  EXPECT_EQ(got.body, "HTTP/2.0 host=shop.example sni= client=NONE uri=/");
  EXPECT_TRUE(got.tls->verified);
  EXPECT_EQ(got.tls->sni, "");
}

TEST_F(ProbeNginx, ClientCertificates) {
  Target own = target(nginx_.tls(), true);
  own.certificate = nginx_.client.certificate;
  own.key = nginx_.client.key;
  Request request = get(own);
  EXPECT_NE(ask(own, request).body.find("client=SUCCESS"), std::string::npos);
  request.certificate = ClientCertificate::none;
  EXPECT_NE(ask(own, request).body.find("client=NONE"), std::string::npos);
  request.certificate = ClientCertificate::untrusted;
  EXPECT_NE(ask(own, request).body.find("client=FAILED"), std::string::npos);
  own.key = nginx_.folder + "/nothing.key";
  const auto probe = make_probe({});
  Watch watch;
  EXPECT_FALSE(probe->send(own, {"t", Http{{get(own)}}}, watch).has_value());
}

/// The body that curl gets when a person pastes the line into a shell.
std::string output_of(const std::string& line) {
  FILE* pipe = popen((line + " 2>/dev/null").c_str(), "r");
  std::string shown;
  for (int c = 0; (c = fgetc(pipe)) != EOF;) shown += static_cast<char>(c);
  pclose(pipe);
  return shown;
}

TEST_F(ProbeNginx, TheCurlLineMeetsTheSameAnswer) {
  Target own = target(nginx_.tls(), true);
  own.certificate = nginx_.client.certificate;
  own.key = nginx_.client.key;
  Target fronted = target(nginx_.tls(), true);
  fronted.url.host = "front.example";
  fronted.sni = "shop.example";
  Target nameless = target(nginx_.tls(), true);
  nameless.sni = "";
  Target first = target(nginx_.tls(), true);
  first.http = HttpVersion::http1;
  Target h2c = target(nginx_.h2c());
  h2c.http = HttpVersion::h2c;
  for (const Target& each : {own, fronted, nameless, first, h2c}) {
    const Exchange got = ask(each);
    EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
    const std::string line = curl_line(each, get(each, "/a%2Fb//c?d"), {});
    EXPECT_EQ(output_of(line), got.body) << line;
  }
}

// Certificates that do not verify.

struct SelfSigned {
  Credentials credentials = *make_untrusted_credentials();
  std::atomic<int> requests = 0;
  RawServer server{[this](RawConnection& connection) {
                     while (!connection.read_request().empty()) {
                       ++requests;
                       connection.write(kOk);
                     }
                   },
                   &credentials};
};

TEST(ProbeTls, ACertificateThatDoesNotVerifyEndsBeforeTheRequest) {
  SelfSigned self;
  const Target target = target_at(self.server.port(), true);
  const auto probe = make_probe({});
  const Evidence evidence = send(*probe, target, {get(target)});
  const Exchange& got = evidence.exchanges[0];
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_NE(got.detail, "");
  ASSERT_TRUE(got.tls.has_value());
  EXPECT_FALSE(got.tls->verified);
  EXPECT_EQ(got.tls->verify_error, got.detail);
  ASSERT_EQ(got.tls->chain.size(), 1u);
  EXPECT_TRUE(got.tls->chain[0].self_signed);
  EXPECT_EQ(self.requests, 0);
  EXPECT_EQ(evidence.sent, 0u);
}

TEST(ProbeTls, InsecureGoesOnAndSaysSo) {
  SelfSigned self;
  Target target = target_at(self.server.port(), true);
  target.insecure = true;
  Request request = get(target);
  request.reuse = Reuse::kept;
  const auto probe = make_probe({});
  Exchange got = send(*probe, target, {request}).exchanges[0];
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_FALSE(got.tls->verified);
  EXPECT_NE(got.tls->verify_error, "");
  EXPECT_EQ(self.requests, 1);
  target.insecure = false;  // a connection that was let pass is not used by one who is strict
  got = send(*probe, target, {request}).exchanges[0];
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_EQ(self.requests, 1);
}

TEST(ProbeTls, AuthoritiesThatCannotBeReadAreAnError) {
  Target target = target_at(1, true);
  target.ca = "/nonexistent/ca.pem";
  const auto probe = make_probe({});
  Watch watch;
  const auto evidence = probe->send(target, {"t", Http{{get(target)}}}, watch);
  ASSERT_FALSE(evidence.has_value());
  EXPECT_NE(evidence.error().what.find("/nonexistent/ca.pem"), std::string::npos);
}

TEST(ProbeTls, ARequiredClientCertificateThatIsMissing) {
  for (const int most : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Credentials credentials = *make_untrusted_credentials();
    RawServer server(answering(std::string(kOk)), &credentials);
    SSL_CTX_set_verify(server.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
    SSL_CTX_set_max_proto_version(server.context(), most);
    Target target = target_at(server.port(), true);
    target.insecure = true;
    const Exchange got = one(target, get(target));
    EXPECT_EQ(got.outcome, Outcome::tls_error) << got.detail;
    EXPECT_NE(got.detail.find("alert"), std::string::npos) << got.detail;
    ASSERT_TRUE(got.tls.has_value());
    EXPECT_TRUE(got.tls->client_certificate_asked);
  }
}

TEST(ProbeTls, ManyFreshConnections) {
  SelfSigned self;
  Target target = target_at(self.server.port(), true);
  target.insecure = true;
  Request request = get(target);
  request.client = "one";  // its client lives on while connections come and go
  request.times = 40;
  const auto probe = make_probe({});
  for (const auto& got : send(*probe, target, {request, get(target)}, 4).exchanges) {
    EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
    EXPECT_TRUE(got.tls.has_value());
  }
  EXPECT_EQ(self.server.connections(), 41);
}

TEST(ProbeTls, TruncatedWithoutCloseNotify) {
  const Credentials credentials = *make_untrusted_credentials();
  RawServer server(
      [](RawConnection& connection) {
        connection.read_request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
      },
      &credentials);
  Target target = target_at(server.port(), true);
  target.insecure = true;
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::truncated);
}

TEST(ProbeDispatch, HandshakesAndDialoguesFindTheirWay) {
  SelfSigned self;
  const Target target = target_at(self.server.port(), true);
  const auto probe = make_probe({});
  Watch watch;
  Handshakes handshakes;
  handshakes.items.push_back({.name = "plain", .host = "shop.example", .sni = "shop.example"});
  auto evidence = probe->send(target, {"h", handshakes}, watch);
  ASSERT_TRUE(evidence.has_value());
  ASSERT_EQ(evidence->handshakes.size(), 1u);
  EXPECT_EQ(evidence->handshakes[0].outcome, Outcome::ok) << evidence->handshakes[0].detail;
  EXPECT_TRUE(evidence->handshakes[0].tls.has_value());
  RawServer plain(answering("pong"));
  Bytes bytes;
  bytes.items.push_back({.name = "ping",
                         .host = "shop.example",
                         .write = "GET / HTTP/1.1\r\n\r\n",
                         .read_at_most = 4});
  evidence = probe->send(target_at(plain.port()), {"b", bytes}, watch);
  ASSERT_EQ(evidence->dialogues.size(), 1u);
  EXPECT_EQ(evidence->dialogues[0].bytes, "pong");
}

TEST(ProbeEcho, PodsTellWhatTheySaw) {
  auto pods = Echo::start({{"app1", "app1-a"}});
  ASSERT_TRUE(pods.has_value());
  const Target target = target_at((*pods)->pods()[0].port);
  Request request = get(target, "/a/../b?c");
  request.headers.add("X-Trial", "1");
  Exchange got = one(target, request);
  for (const std::string preset : {"echo", "echo-basic"}) {
    AnsweredBy answered_by;
    answered_by.any = *identity_preset(preset);
    identify(answered_by, got);
    EXPECT_EQ(got.who.pod, "app1-a");
    EXPECT_EQ(got.who.service, "app1");
    ASSERT_TRUE(got.seen.has_value());
    EXPECT_EQ(got.seen->method, "GET");
    EXPECT_EQ(got.seen->path, "/a/../b?c");
    EXPECT_EQ(got.seen->host, "shop.example");
    EXPECT_EQ(got.seen->headers.find("X-Trial"), "1");
  }
}

}  // namespace
}  // namespace ingress_check
