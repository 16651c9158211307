// Bytes in both directions, with PROXY headers and inside TLS, and the sockets below.
#include "harness/dialogue.h"

#include "harness/tls_test.h"

namespace ingress_check {
namespace {

using namespace std::chrono_literals;
using testing::Authorities;
using testing::holding;
using testing::RawConnection;
using testing::RawServer;
using testing::route_to;

Dialogue saying(std::string write) {
  Dialogue item;
  item.name = "say";
  item.host = "shop.dev";
  item.write = std::move(write);
  return item;
}

Evidence run(const Dialogue& item, std::uint16_t port) {
  Evidence evidence;
  Watch watch;
  EXPECT_TRUE(run_dialogues(Target(), {{item}}, route_to(port), watch, evidence).has_value());
  return evidence;
}

BytesReply hold(const Dialogue& item, std::uint16_t port) {
  const Evidence evidence = run(item, port);
  EXPECT_EQ(evidence.dialogues.size(), 1u);
  return evidence.dialogues.empty() ? BytesReply() : evidence.dialogues[0];
}

/// Sends back the first `size` bytes and closes.
RawServer::Script echoing(std::size_t size) {
  return [size](RawConnection& connection) {
    std::string got;
    char bytes[512];
    int n = 0;
    while (got.size() < size &&
           (n = connection.read(bytes, std::min(sizeof bytes, size - got.size()))) > 0)
      got.append(bytes, static_cast<std::size_t>(n));
    connection.write(got);
  };
}

TEST(Dialogues, BytesGoAndComeBack) {
  RawServer server(echoing(5));
  const Evidence evidence = run(saying("hello"), server.port());
  const BytesReply& got = evidence.dialogues[0];
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.bytes, "hello");
  EXPECT_TRUE(got.closed);
  EXPECT_EQ(got.address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(evidence.sent, 1u);
}

TEST(Dialogues, ReadsNoMoreThanAsked) {
  RawServer server([](RawConnection& connection) {
    connection.write(std::string(10000, 'x'));
    connection.wait_for_close();
  });
  Dialogue item = saying("hello");
  item.read_at_most = 7;
  const BytesReply got = hold(item, server.port());
  EXPECT_EQ(got.bytes, "xxxxxxx");
  EXPECT_FALSE(got.closed);
  EXPECT_EQ(got.outcome, Outcome::ok);
}

TEST(Dialogues, AServerThatStaysOpenIsReadUntilTheTimeout) {
  RawServer server([](RawConnection& connection) {
    connection.write("some");
    connection.wait_for_close();
  });
  Dialogue item = saying("hello");
  item.timeout = 200ms;
  const BytesReply got = hold(item, server.port());
  EXPECT_EQ(got.outcome, Outcome::ok);
  EXPECT_EQ(got.bytes, "some");
  EXPECT_FALSE(got.closed);
}

TEST(Dialogues, SilenceCloseAndReset) {
  RawServer silent(holding());
  Dialogue item = saying("hello");
  item.timeout = 100ms;
  EXPECT_EQ(hold(item, silent.port()).outcome, Outcome::timeout);
  item.timeout = 5s;
  const auto read = [](RawConnection& connection) {
    char bytes[64];
    connection.read(bytes, sizeof bytes);
  };
  RawServer closing(read);
  BytesReply got = hold(item, closing.port());
  EXPECT_EQ(got.outcome, Outcome::ok);
  EXPECT_TRUE(got.closed);
  EXPECT_EQ(got.bytes, "");
  RawServer resetting([&](RawConnection& connection) {
    read(connection);
    connection.reset();
  });
  got = hold(item, resetting.port());
  EXPECT_EQ(got.outcome, Outcome::reset);
  EXPECT_TRUE(got.closed);
  EXPECT_FALSE(got.detail.empty());
}

TEST(Dialogues, ProxyHeaderInTextComesFirst) {
  const std::string rest = "GET /\r\n";
  RawServer server([](RawConnection& connection) {
    char bytes[512];
    std::string got;
    while (got.find("GET /\r\n") == std::string::npos) {
      const int n = connection.read(bytes, sizeof bytes);
      if (n <= 0) return;
      got.append(bytes, static_cast<std::size_t>(n));
    }
    connection.write(got);
  });
  Dialogue item = saying(rest);
  item.proxy = Dialogue::Proxy::v1;
  const BytesReply got = hold(item, server.port());
  const std::string head = "PROXY TCP4 127.0.0.1 127.0.0.1 ";
  const std::string tail = " " + std::to_string(server.port()) + "\r\n" + rest;
  ASSERT_TRUE(got.bytes.starts_with(head)) << got.bytes;
  ASSERT_TRUE(got.bytes.ends_with(tail)) << got.bytes;
  const std::string port =
      got.bytes.substr(head.size(), got.bytes.size() - head.size() - tail.size());
  EXPECT_GT(std::stoi(port), 0);
}

TEST(Dialogues, ProxyHeaderGoesBeforeTheClientHello) {
  RawServer server(echoing(28 + 3));
  Dialogue item = saying("hello");
  item.proxy = Dialogue::Proxy::v2;
  const BytesReply plain = hold(saying(std::string(31, 'x')), server.port());
  EXPECT_EQ(plain.bytes, std::string(31, 'x'));
  std::string seen;
  RawServer listening([&](RawConnection& connection) {
    char bytes[64];
    while (seen.size() < 31) {
      const int n = connection.read(bytes, 31 - seen.size());
      if (n <= 0) return;
      seen.append(bytes, static_cast<std::size_t>(n));
    }
    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  item.tls = true;
  const BytesReply got = hold(item, listening.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_EQ(got.detail, "the answer is not TLS");
  ASSERT_EQ(seen.size(), 31u);
  EXPECT_EQ(seen.substr(0, 16), std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16));
  EXPECT_EQ(seen.substr(16, 8), std::string("\x7f\0\0\1\x7f\0\0\1", 8));
  EXPECT_EQ(static_cast<unsigned char>(seen[26]) * 256 + static_cast<unsigned char>(seen[27]),
            listening.port());
  EXPECT_EQ(seen.substr(28, 2), "\x16\x03");
}

TEST(Dialogues, ProxyHeadersOfVersionSix) {
  const Endpoint from = *Endpoint::of("2001:db8::1", 4711), to = *Endpoint::of("::1", 443);
  EXPECT_EQ(proxy_header(Dialogue::Proxy::v1, from, to), "PROXY TCP6 2001:db8::1 ::1 4711 443\r\n");
  const std::string two = proxy_header(Dialogue::Proxy::v2, from, to);
  ASSERT_EQ(two.size(), 16u + 36u);
  EXPECT_EQ(two.substr(12, 4), std::string("\x21\x21\0\x24", 4));
  EXPECT_EQ(two.substr(16, 4), "\x20\x01\x0d\xb8");
  EXPECT_EQ(two.substr(48), std::string("\x12\x67\x01\xbb"));
  EXPECT_EQ(proxy_header(Dialogue::Proxy::none, from, to), "");
}

class DialoguesInTls : public ::testing::Test {
 protected:
  static Dialogue encrypted(std::string write) {
    Dialogue item = saying(std::move(write));
    item.tls = true;
    return item;
  }
  Authorities authorities_;
  Credentials server_ = authorities_.issue({"s", "x", "", {"x.dev"}, -9, -8});
};

TEST_F(DialoguesInTls, BytesTravelInsideAndNothingIsVerified) {
  RawServer server(echoing(5), &server_);
  const BytesReply got = hold(encrypted("hello"), server.port());
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.bytes, "hello");
  EXPECT_TRUE(got.closed);
}

TEST_F(DialoguesInTls, TheTargetsServerNameStandsForItsOwnHost) {
  const auto name_sent = [&](const std::string& host) {
    std::string name;
    RawServer server(echoing(5), &server_);
    SSL_CTX_set_tlsext_servername_callback(
        server.context(), +[](SSL* ssl, int*, void* into) {
          const char* sent = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
          *static_cast<std::string*>(into) = sent ? sent : "";
          return SSL_TLSEXT_ERR_OK;
        });
    SSL_CTX_set_tlsext_servername_arg(server.context(), &name);
    Bytes bytes{{encrypted("hello")}};
    bytes.items.front().host = host;
    Target target;
    target.url.host = "balancer.dev";
    target.sni = "shop.dev";
    Evidence evidence;
    Watch watch;
    EXPECT_TRUE(run_dialogues(target, bytes, route_to(server.port()), watch, evidence));
    return name;
  };
  EXPECT_EQ(name_sent("balancer.dev"), "shop.dev");
  EXPECT_EQ(name_sent("other.dev"), "other.dev");
}

TEST_F(DialoguesInTls, ReadsNoMoreThanAsked) {
  RawServer server(
      [](RawConnection& connection) {
        connection.write(std::string(9000, 'x'));
        connection.wait_for_close();
      },
      &server_);
  Dialogue item = encrypted("hello");
  item.read_at_most = 5000;
  const BytesReply got = hold(item, server.port());
  EXPECT_EQ(got.bytes.size(), 5000u);
  EXPECT_FALSE(got.closed);
}

TEST_F(DialoguesInTls, FailedHandshakes) {
  RawServer server(holding(), &server_);
  SSL_CTX_set_cipher_list(server.context(), "AES128-SHA256");
  SSL_CTX_set_max_proto_version(server.context(), TLS1_2_VERSION);  // RSA alone, but an EC key
  BytesReply got = hold(encrypted("hello"), server.port());
  EXPECT_EQ(got.outcome, Outcome::tls_error);
  EXPECT_NE(got.detail.find("handshake failure"), std::string::npos) << got.detail;
  RawServer silent(holding());
  Dialogue item = encrypted("hello");
  item.timeout = 100ms;
  got = hold(item, silent.port());
  EXPECT_EQ(got.outcome, Outcome::timeout);
}

TEST(Dialogues, StopAndDeadline) {
  std::atomic<bool> stop = false;
  RawServer server([&](RawConnection& connection) {
    stop = true;
    connection.wait_for_close();
  });
  Watch watch;
  watch.stop = &stop;
  Dialogue item = saying("hello");
  item.timeout = 60s;
  const Bytes bytes{{item, item}};
  Evidence evidence;
  ASSERT_TRUE(run_dialogues(Target(), bytes, route_to(server.port()), watch, evidence));
  EXPECT_EQ(evidence.end, End::interrupted);
  EXPECT_TRUE(evidence.dialogues.empty());
  watch = Watch();
  watch.deadline = std::chrono::steady_clock::now() + 100ms;
  Evidence late;
  ASSERT_TRUE(run_dialogues(Target(), bytes, route_to(server.port()), watch, late));
  EXPECT_EQ(late.end, End::out_of_time);
}

TEST(Sockets, EndpointsReadBack) {
  EXPECT_EQ(Endpoint::of("127.0.0.1", 80)->text(), "127.0.0.1:80");
  EXPECT_EQ(Endpoint::of("::1", 443)->text(), "[::1]:443");
  EXPECT_FALSE(Endpoint::of("shop.dev", 80).has_value());
  EXPECT_FALSE(Endpoint::of("[::1]", 80).has_value());
  EXPECT_EQ(Endpoint().text(), "");
}

TEST(Sockets, TheNextCandidateIsTriedAndEachIsAnnounced) {
  RawServer server(holding());
  std::uint16_t closed = 0;
  {
    RawServer gone(holding());
    closed = gone.port();
  }
  const std::vector<Endpoint> both{*Endpoint::of("127.0.0.1", closed),
                                   *Endpoint::of("127.0.0.1", server.port())};
  int announced = 0;
  const auto until = std::chrono::steady_clock::now() + 5s;
  const Connection got = connect_to(both, until, Watch(), [&](const Endpoint&) { ++announced; });
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.peer.text(), both[1].text());
  EXPECT_EQ(got.local.text().rfind("127.0.0.1:", 0), 0u);
  EXPECT_EQ(announced, 2);
  const Connection none = connect_to({both.data(), 1}, until, Watch());
  EXPECT_EQ(none.outcome, Outcome::refused);
  EXPECT_FALSE(none.socket.open());
  EXPECT_EQ(connect_to({}, until, Watch()).outcome, Outcome::unresolved);
}

TEST(Sockets, AListenerWithAFullQueueIsAConnectTimeout) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(fd, 0), 0);
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  const std::vector<Endpoint> to{*Endpoint::of("127.0.0.1", ntohs(address.sin_port))};
  std::vector<Connection> held;
  Outcome last = Outcome::ok;
  for (int i = 0; i < 8 && last == Outcome::ok; ++i) {
    held.push_back(connect_to(to, std::chrono::steady_clock::now() + 200ms, Watch()));
    last = held.back().outcome;
  }
  EXPECT_EQ(last, Outcome::connect_timeout);
  EXPECT_FALSE(held.back().stopped);
  close(fd);
}

}  // namespace
}  // namespace ingress_check
