// What a server refuses, and what only looks like a refusal.
#include <openssl/ssl.h>

#include "harness/tls_test.h"

namespace ingress_check {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::holding;
using testing::RawConnection;
using testing::RawServer;
using Refusals = testing::HandshakeTest;

TEST_F(Refusals, OldVersionsAreRefusedByTheServersAlert) {
  RawServer server(holding(), &server_);
  SSL_CTX_set_min_proto_version(server.context(), TLS1_2_VERSION);
  for (const TlsVersion version : {TlsVersion::tls1_0, TlsVersion::tls1_1}) {
    const HandshakeReply got = shake(only(version), server.port());
    EXPECT_EQ(got.outcome, Outcome::tls_error);
    EXPECT_TRUE(got.refused_by_server);
    EXPECT_EQ(got.alert, SSL_AD_PROTOCOL_VERSION) << got.detail;
    EXPECT_FALSE(got.tls.has_value());
    EXPECT_NE(got.detail.find("protocol_version"), std::string::npos) << got.detail;
  }
  EXPECT_EQ(shake(only(TlsVersion::tls1_2), server.port()).outcome, Outcome::ok);
}

TEST_F(Refusals, ANewVersionIsRefusedByAnOldServer) {
  RawServer server(holding(), &server_);
  SSL_CTX_set_max_proto_version(server.context(), TLS1_2_VERSION);
  const HandshakeReply got = shake(only(TlsVersion::tls1_3), server.port());
  EXPECT_TRUE(got.refused_by_server) << got.detail;
  EXPECT_EQ(got.alert, SSL_AD_PROTOCOL_VERSION);
}

TEST_F(Refusals, WhatOurOwnLibraryCannotDoIsNoRefusal) {
  RawServer server(holding(), &server_);
  Handshake unknown = of("shop.dev");
  unknown.ciphers = "NO-SUCH-CIPHER";
  Handshake backwards = of("shop.dev");
  backwards.least = TlsVersion::tls1_3;
  backwards.most = TlsVersion::tls1_2;
  Handshake nothing_left = only(TlsVersion::tls1_0);  // these ciphers came with 1.2
  nothing_left.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  for (const Handshake& item : {unknown, backwards, nothing_left}) {
    const Evidence evidence = run(item, server.port());
    ASSERT_EQ(evidence.handshakes.size(), 1u);
    EXPECT_EQ(evidence.handshakes[0].outcome, Outcome::local);
    EXPECT_FALSE(evidence.handshakes[0].refused_by_server);
    EXPECT_FALSE(evidence.handshakes[0].detail.empty());
    EXPECT_EQ(evidence.sent, 0u);
  }
}

TEST_F(Refusals, AServersAnswerInAnotherVersionIsNotItsRefusal) {
  // A ServerHello of TLS 1.0 (RFC 2246, 7.4.1.3) in answer to a ClientHello of 1.2.
  std::string hello("\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01", 11);
  hello += std::string(32, 'r') + std::string("\x00\x00\x2f\x00", 4);
  RawServer server([&](RawConnection& connection) {
    connection.write(hello);
    connection.wait_for_close();
  });
  const HandshakeReply got = shake(only(TlsVersion::tls1_2), server.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_FALSE(got.refused_by_server);
  EXPECT_FALSE(got.alert.has_value());
  EXPECT_NE(got.detail.find("unsupported protocol"), std::string::npos) << got.detail;
}

TEST_F(Refusals, AWebServerWithoutTls) {
  const std::string page =
      "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n" + std::string(1000, 'x');
  RawServer server([&](RawConnection& connection) {
    char hello[64];
    connection.read(hello, sizeof hello);
    connection.write(page.substr(0, 3));
    connection.write(page.substr(3));
  });
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_TRUE(got.not_tls);
  EXPECT_FALSE(got.refused_by_server);
  // The rest may be lost to the reset of a server that closes with our hello unread.
  EXPECT_EQ(got.first_bytes, page.substr(0, got.first_bytes.size()));
  EXPECT_GE(got.first_bytes.size(), 3u);
  EXPECT_LE(got.first_bytes.size(), 256u);
}

TEST_F(Refusals, AServerThatSpeaksFirst) {
  RawServer server([](RawConnection& connection) {
    connection.write("220 mail.dev ESMTP\r\n");
    connection.wait_for_close();
  });
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  EXPECT_TRUE(got.not_tls);
  EXPECT_EQ(got.first_bytes, "220 mail.dev ESMTP\r\n");
}

TEST_F(Refusals, AServerThatNeverAnswers) {
  target_.connect_timeout = 150ms;
  RawServer server(holding());
  const auto start = steady_clock::now();
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  EXPECT_EQ(got.outcome, Outcome::timeout);
  EXPECT_FALSE(got.refused_by_server);
  EXPECT_GE(steady_clock::now() - start, 150ms);
  EXPECT_LT(steady_clock::now() - start, 5s);
}

TEST_F(Refusals, ClosedAndResetInAnswerToTheHelloAreRefusals) {
  const auto read_hello = [](RawConnection& connection) {
    char bytes[4096];
    connection.read(bytes, sizeof bytes);
  };
  RawServer closing(read_hello);
  HandshakeReply got = shake(of("shop.dev"), closing.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_TRUE(got.refused_by_server);
  EXPECT_FALSE(got.alert.has_value());
  EXPECT_FALSE(got.not_tls);
  RawServer resetting([&](RawConnection& connection) {
    read_hello(connection);
    connection.reset();
  });
  got = shake(of("shop.dev"), resetting.port());
  EXPECT_EQ(got.outcome, Outcome::reset);
  EXPECT_TRUE(got.refused_by_server);
}

TEST_F(Refusals, ClosedInTheMiddleOfTheAnswerIsNoRefusal) {
  RawServer server([](RawConnection& connection) {
    char bytes[4096];
    connection.read(bytes, sizeof bytes);
    // The head of a ServerHello record and its first bytes.
    connection.write(std::string("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11));
  });
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  EXPECT_EQ(got.outcome, Outcome::truncated);
  EXPECT_FALSE(got.refused_by_server);
}

TEST_F(Refusals, NobodyListens) {
  std::uint16_t port = 0;
  {
    RawServer gone(holding());
    port = gone.port();
  }
  const Evidence evidence = run(of("shop.dev"), port);
  EXPECT_EQ(evidence.handshakes[0].outcome, Outcome::refused);
  EXPECT_FALSE(evidence.handshakes[0].refused_by_server);
  EXPECT_EQ(evidence.sent, 0u);
}

TEST_F(Refusals, ACloseNotifyInAnswerToTheHelloIsOne) {
  RawServer server([](RawConnection& connection) {
    char bytes[4096];
    connection.read(bytes, sizeof bytes);
    connection.write(std::string("\x15\x03\x03\x00\x02\x01\x00", 7));
  });
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_TRUE(got.refused_by_server);
  EXPECT_EQ(got.alert, SSL_AD_CLOSE_NOTIFY) << got.detail;
}

}  // namespace
}  // namespace ingress_check
