// Handshakes with servers that do as told: facts, versions, ciphers, rounds and stops.
#include "harness/handshake.h"

#include <fmt/format.h>
#include <openssl/conf.h>
#include <openssl/ssl.h>

#include "harness/tls_test.h"

namespace ingress_check {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::allow_everything;
using testing::holding;
using testing::RawConnection;
using testing::RawServer;
using testing::route_to;

using Handshaking = testing::HandshakeTest;

constexpr TlsVersion kVersions[] = {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2,
                                    TlsVersion::tls1_3};

TEST_F(Handshaking, FactsOfAGoodOne) {
  RawServer server(holding(), &server_);
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
  ASSERT_TRUE(got.tls.has_value());
  EXPECT_TRUE(got.tls->verified) << got.tls->verify_error;
  EXPECT_EQ(got.tls->version, TlsVersion::tls1_3);
  EXPECT_EQ(got.tls->cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(got.tls->sni, "shop.dev");
  EXPECT_EQ(got.tls->alpn, "");
  EXPECT_EQ(got.tls->ocsp, "");
  EXPECT_FALSE(got.tls->resumed);
  EXPECT_FALSE(got.tls->client_certificate_asked);
  ASSERT_EQ(got.tls->chain.size(), 1u);
  EXPECT_EQ(got.tls->chain[0].subject_cn, "shop.dev");
  EXPECT_EQ(got.address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_FALSE(got.alert.has_value());
  EXPECT_GT(got.timings.tls.count(), 0);
  EXPECT_GE(got.timings.total, got.timings.tls);
}

/// shop.dev has two addresses with different certificates on one port.
TEST_F(Handshaking, EveryAddressIsShakenWhereAsked) {
  const Credentials old = authorities_.issue({"old", "shop.dev", "", {"shop.dev"}, -20, -10});
  RawServer first(holding(), &server_);
  RawServer second(holding(), &old, "127.0.0.2");
  Route route = route_to(first.port());
  route.find = [&](const std::string&, std::uint16_t, const std::optional<std::string>&) {
    Candidates found;
    found.endpoints = {*Endpoint::of("127.0.0.1", first.port()),
                       *Endpoint::of("127.0.0.2", second.port())};
    return found;
  };
  Handshake item = of("shop.dev");
  item.times = 2;
  const auto addresses = [&] {
    Evidence evidence;
    Watch watch;
    std::vector<std::uint64_t> due;
    watch.progress = [&](std::uint64_t, std::uint64_t all) { due.push_back(all); };
    EXPECT_TRUE(run_handshakes(target_, {{item}}, route, watch, evidence).has_value());
    EXPECT_EQ(due.back(), evidence.handshakes.size());
    std::vector<std::string> found;
    for (const auto& reply : evidence.handshakes)
      found.push_back(fmt::format("{} {} {}", reply.round, reply.address.substr(0, 9),
                                  reply.tls->verified ? "good" : "bad"));
    return found;
  };
  EXPECT_EQ(addresses(), (std::vector<std::string>{"0 127.0.0.1 good", "1 127.0.0.1 good"}));
  item.every_address = true;
  EXPECT_EQ(addresses(), (std::vector<std::string>{"0 127.0.0.1 good", "0 127.0.0.2 bad",
                                                   "1 127.0.0.1 good", "1 127.0.0.2 bad"}));
}

TEST_F(Handshaking, ACertificateThatDoesNotVerifyIsAFactAndNoFailure) {
  const Credentials old = authorities_.issue({"old", "shop.dev", "", {"other.dev"}, -20, -10});
  RawServer server(holding(), &old);
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_FALSE(got.tls->verified);
  EXPECT_FALSE(got.tls->chain_verified);
  EXPECT_FALSE(got.tls->name_matches);
  EXPECT_EQ(got.tls->verify_code, X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(got.tls->verify_codes.back(), X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_F(Handshaking, EveryVersionCanBeAsked) {
  RawServer server(holding(), &server_);
  allow_everything(server.context());
  for (const TlsVersion version : kVersions) {
    const HandshakeReply got = shake(only(version), server.port());
    ASSERT_EQ(got.outcome, Outcome::ok) << to_string(version) << ": " << got.detail;
    EXPECT_EQ(got.tls->version, version);
    EXPECT_TRUE(got.tls->verified) << got.tls->verify_error;
  }
}

TEST_F(Handshaking, CiphersAreThoseAsked) {
  RawServer server(holding(), &server_);
  SSL_CTX_set_cipher_list(server.context(), "ECDHE-ECDSA-AES256-GCM-SHA384");
  Handshake item = only(TlsVersion::tls1_2);
  item.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  HandshakeReply got = shake(item, server.port());
  ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.tls->cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
  item.ciphers = "AES128-SHA";
  got = shake(item, server.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_EQ(got.alert, SSL_AD_HANDSHAKE_FAILURE);
  EXPECT_TRUE(got.refused_by_server);
}

TEST_F(Handshaking, SystemConfigurationDoesNotBindUs) {
  const std::string file = authorities_.write("openssl.cnf",
                                              "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\n"
                                              "system_default = strict\n[strict]\n"
                                              "MinProtocol = TLSv1.3\nOptions = -SessionTicket\n"
                                              "CipherString = ECDHE-RSA-AES256-GCM-SHA384\n"
                                              "Groups = P-521\nSignatureAlgorithms = ed25519\n"
                                              "Ciphersuites = TLS_AES_128_GCM_SHA256\n");
  const auto child = [&] {
    RawServer server(holding(), &server_);
    allow_everything(server.context());
    if (CONF_modules_load_file(file.c_str(), nullptr, 0) != 1) _exit(2);
    SSL_CTX* strict = SSL_CTX_new(TLS_client_method());
    if (SSL_CTX_get_min_proto_version(strict) != TLS1_3_VERSION) _exit(3);
    for (const TlsVersion version : kVersions)
      if (shake(only(version), server.port()).outcome != Outcome::ok) _exit(4);
    _exit(0);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
}

TEST_F(Handshaking, ANameWithoutAddress) {
  Route route;
  route.find = [](const std::string&, std::uint16_t, const std::optional<std::string>&) {
    Candidates none;
    none.outcome = Outcome::unresolved;
    none.detail = "no such name";
    return none;
  };
  Evidence evidence;
  Watch watch;
  ASSERT_TRUE(run_handshakes(target_, {{of("shop.dev")}}, route, watch, evidence));
  EXPECT_EQ(evidence.handshakes[0].outcome, Outcome::unresolved);
  EXPECT_EQ(evidence.handshakes[0].detail, "no such name");
}

TEST_F(Handshaking, RoundsAreFreshConnections) {
  RawServer server(holding(), &server_);
  Handshake item = of("shop.dev");
  item.times = 3;
  const Evidence evidence = run(item, server.port());
  ASSERT_EQ(evidence.handshakes.size(), 3u);
  EXPECT_EQ(evidence.handshakes[2].round, 2u);
  EXPECT_EQ(evidence.sent, 3u);
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(Handshaking, StoppedBeforeAndDuring) {
  std::atomic<bool> stop = true;
  Watch watch;
  watch.stop = &stop;
  Evidence before;
  RawServer server([&](RawConnection& connection) {
    stop = true;
    connection.wait_for_close();
  });
  const Handshakes all{{of("shop.dev")}};
  ASSERT_TRUE(run_handshakes(target_, all, route_to(server.port()), watch, before));
  EXPECT_EQ(before.end, End::interrupted);
  EXPECT_EQ(server.connections(), 0);
  stop = false;
  Evidence during;
  target_.connect_timeout = 60s;
  ASSERT_TRUE(run_handshakes(target_, all, route_to(server.port()), watch, during));
  EXPECT_EQ(during.end, End::interrupted);
  EXPECT_TRUE(during.handshakes.empty());
  stop = false;
  watch.deadline = steady_clock::now() + 100ms;
  watch.stop = nullptr;
  Evidence late;
  ASSERT_TRUE(run_handshakes(target_, all, route_to(server.port()), watch, late));
  EXPECT_EQ(late.end, End::out_of_time);
}

TEST_F(Handshaking, FilesOfTheTargetThatCannotBeRead) {
  Evidence evidence;
  Watch watch;
  target_.certificate = "/nowhere.pem";
  const Handshakes all{{of("shop.dev")}};
  auto done = run_handshakes(target_, all, route_to(1), watch, evidence);
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().what.find("/nowhere.pem"), std::string::npos);
  target_.certificate.clear();
  target_.ca = "/nowhere.pem";
  EXPECT_FALSE(run_handshakes(target_, all, route_to(1), watch, evidence).has_value());
}

TEST_F(Handshaking, ProgressIsTold) {
  RawServer server(holding(), &server_);
  Handshake item = of("shop.dev");
  item.times = 2;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  Watch watch;
  watch.progress = [&](std::uint64_t done, std::uint64_t due) { seen.emplace_back(done, due); };
  Evidence evidence;
  ASSERT_TRUE(run_handshakes(target_, {{item}}, route_to(server.port()), watch, evidence));
  EXPECT_EQ(seen, (decltype(seen){{1, 2}, {2, 2}}));
}

}  // namespace
}  // namespace ingress_check
