#include <sys/resource.h>

#include "harness/probe_test.h"

namespace ingress_check {
namespace {

using testing::answering;
using testing::get;
using testing::kOk;
using testing::one;
using testing::RawConnection;
using testing::RawServer;
using testing::send;
using testing::target_at;

Exchange answer_to(std::string bytes) {
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    connection.write(bytes);
  });
  const Target target = target_at(server.port());
  return one(target, get(target));
}

TEST(ProbeOutcome, Refused) {
  std::uint16_t port = 0;
  { port = RawServer(answering("")).port(); }
  const Target target = target_at(port);
  const Exchange got = one(target, get(target));
  EXPECT_EQ(got.outcome, Outcome::refused) << got.detail;
  EXPECT_EQ(got.address, "127.0.0.1:" + std::to_string(port));
  EXPECT_NE(got.detail, "");
}

TEST(ProbeOutcome, Unresolved) {
  Target target = target_at(80);
  target.address.clear();
  target.url.host = std::string(70, 'a') + ".example";  // no label is that long: never asked for
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::unresolved);
  target.url.host = "127.0.0.1";
  target.ip_version = 6;
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::unresolved);
}

TEST(ProbeOutcome, Unreachable) {
  Target target = target_at(80);
  target.address = {{0, "255.255.255.255", 80}};  // TCP to a broadcast address never leaves
  const Exchange got = one(target, get(target));
  EXPECT_EQ(got.outcome, Outcome::unreachable) << got.detail;
}

TEST(ProbeOutcome, LocalAddressThatIsNotOurs) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  Request request = get(target);
  request.source_address = "192.0.2.77";
  const Exchange got = one(target, request);
  EXPECT_EQ(got.outcome, Outcome::local) << got.detail;
  EXPECT_EQ(server.connections(), 0);
}

TEST(ProbeOutcome, LocalNoDescriptorsLeft) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  const auto probe = make_probe({});
  // Once with descriptors: UBSan needs some the first time that it looks at an object's type.
  ASSERT_EQ(send(*probe, target, {get(target)}).exchanges.at(0).outcome, Outcome::ok);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int next = dup(0);
  close(next);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  const Evidence evidence = send(*probe, target, {get(target)});
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_EQ(evidence.exchanges.size(), 1u);
  EXPECT_EQ(evidence.exchanges[0].outcome, Outcome::local) << evidence.exchanges[0].detail;
}

TEST(ProbeOutcome, ConnectTimeout) {
  // A full queue of connections that nobody accepts: further SYNs are dropped.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
  listen(listener, 0);
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<int> fill;
  for (int i = 0; i < 4; ++i) {
    fill.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    connect(fill.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  Target target = target_at(ntohs(address.sin_port));
  target.connect_timeout = std::chrono::milliseconds(150);
  const Exchange got = one(target, get(target));
  EXPECT_EQ(got.outcome, Outcome::connect_timeout) << got.detail;
  for (const int fd : fill) close(fd);
  close(listener);
}

TEST(ProbeOutcome, TlsNeverAnswered) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  Target target = target_at(server.port(), true);
  target.connect_timeout = std::chrono::milliseconds(150);
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::connect_timeout);
}

TEST(ProbeOutcome, PlainTextOnATlsPort) {
  RawServer server([](RawConnection& connection) {
    char byte = 0;
    connection.read(&byte, 1);
    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const Target target = target_at(server.port(), true);
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::tls_error);
}

TEST(ProbeOutcome, ResetOnAFreshConnection) {
  RawServer resets([](RawConnection& connection) {
    connection.read_request();
    connection.reset();
  });
  const Target target = target_at(resets.port());
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::reset);
  EXPECT_EQ(answer_to("").outcome, Outcome::reset);  // an orderly close without an answer
}

TEST(ProbeOutcome, Truncated) {
  for (const std::string bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nX: y\r\n", "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 100 Continue\r\n\r\n"}) {
    const Exchange got = answer_to(bytes);
    EXPECT_EQ(got.outcome, Outcome::truncated) << bytes << '\n'
                                               << to_string(got.outcome) << got.detail;
  }
}

TEST(ProbeOutcome, Malformed) {
  for (const std::string bytes :
       {"<html>HTTP/0.9</html>\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "hi\n", "\x15\x03\x01\x02\x02\x16",
        "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    const Exchange got = answer_to(bytes);
    EXPECT_EQ(got.outcome, Outcome::malformed) << bytes << '\n'
                                               << to_string(got.outcome) << got.detail;
    EXPECT_NE(got.detail, "");
  }
}

TEST(ProbeOutcome, Timeout) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  const Target target = target_at(server.port());
  Request request = get(target);
  request.timeout = std::chrono::milliseconds(120);
  const Exchange got = one(target, request);
  EXPECT_EQ(got.outcome, Outcome::timeout) << got.detail;
  EXPECT_GE(got.timings.total, std::chrono::milliseconds(100));
}

TEST(ProbeOutcome, AnswerThatNeverEnds) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    connection.wait_for_close();
  });
  const Target target = target_at(server.port());
  Request request = get(target);
  request.timeout = std::chrono::milliseconds(120);
  const Exchange got = one(target, request);
  EXPECT_EQ(got.outcome, Outcome::timeout) << got.detail;
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "abc");
}

/// Two requests over one kept connection; the server closes it while the second is on its way.
Evidence second_meets_a_closed_connection(const std::string& method) {
  RawServer server([](RawConnection& connection) {
    if (connection.read_request().empty()) return;
    connection.write(kOk);
    if (connection.number == 0) {
      connection.read_request();  // and close without an answer
    } else {
      while (!connection.read_request().empty()) connection.write(kOk);
    }
  });
  const Target target = target_at(server.port());
  Request request = get(target);
  request.method = method;
  request.reuse = Reuse::kept;
  request.times = 2;
  const auto probe = make_probe({});
  return send(*probe, target, {request});
}

TEST(ProbeOutcome, IdleCloseIsRepeatedOnceForGet) {
  const Evidence evidence = second_meets_a_closed_connection("GET");
  ASSERT_EQ(evidence.exchanges.size(), 2u);
  EXPECT_EQ(evidence.exchanges[0].attempts, 1u);
  EXPECT_EQ(evidence.exchanges[1].outcome, Outcome::ok) << evidence.exchanges[1].detail;
  EXPECT_EQ(evidence.exchanges[1].attempts, 2u);
  EXPECT_NE(evidence.exchanges[0].connection, evidence.exchanges[1].connection);
  EXPECT_EQ(evidence.sent, 3u);
}

TEST(ProbeOutcome, IdleCloseIsRepeatedForEveryMethodThatMaySafelyBeSentTwice) {
  for (const std::string method : {"OPTIONS", "PUT", "DELETE", "TRACE"}) {
    const Evidence evidence = second_meets_a_closed_connection(method);
    ASSERT_EQ(evidence.exchanges.size(), 2u);
    EXPECT_EQ(evidence.exchanges[1].outcome, Outcome::ok) << method;
    EXPECT_EQ(evidence.exchanges[1].attempts, 2u) << method;
  }
  const Evidence evidence = second_meets_a_closed_connection("PATCH");
  ASSERT_EQ(evidence.exchanges.size(), 2u);
  EXPECT_EQ(evidence.exchanges[1].outcome, Outcome::idle_close);
  EXPECT_EQ(evidence.exchanges[1].attempts, 1u);
}

TEST(ProbeOutcome, IdleCloseOfAPostIsTold) {
  const Evidence evidence = second_meets_a_closed_connection("POST");
  ASSERT_EQ(evidence.exchanges.size(), 2u);
  EXPECT_EQ(evidence.exchanges[1].outcome, Outcome::idle_close) << evidence.exchanges[1].detail;
  EXPECT_TRUE(evidence.exchanges[1].reused);
  EXPECT_EQ(evidence.exchanges[1].attempts, 1u);
}

}  // namespace
}  // namespace ingress_check
