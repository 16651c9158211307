// Clients, connections, order, retries, limits: how a phase is sent.
#include <chrono>
#include <set>

#include "harness/http_client.h"
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

TEST(ProbeClient, FreshAndKeptConnections) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  const auto probe = make_probe({});
  Request request = get(target);
  request.times = 3;
  Evidence evidence = send(*probe, target, {request});
  EXPECT_EQ(server.connections(), 3);
  std::set<std::uint64_t> numbers;
  for (const auto& exchange : evidence.exchanges) {
    EXPECT_FALSE(exchange.reused);
    numbers.insert(exchange.connection);
  }
  EXPECT_EQ(numbers.size(), 3u);
  request.reuse = Reuse::kept;
  evidence = send(*probe, target, {request});
  EXPECT_EQ(server.connections(), 4);
  EXPECT_FALSE(evidence.exchanges[0].reused);
  EXPECT_TRUE(evidence.exchanges[1].reused);
  EXPECT_EQ(evidence.exchanges[1].connection, evidence.exchanges[0].connection);
  EXPECT_EQ(evidence.exchanges[1].timings.connect.count(), 0);
  evidence = send(*probe, target, {request});  // kept from one phase to the next
  EXPECT_EQ(server.connections(), 4);
  EXPECT_TRUE(evidence.exchanges[0].reused);
}

TEST(ProbeClient, ClientsShareNeitherConnectionsNorCookies) {
  RawServer server([](RawConnection& connection) {
    for (std::string seen; !(seen = connection.read_request()).empty();) {
      const auto cookie = seen.find("Cookie: ");
      const std::string body = cookie == seen.npos
                                   ? "none"
                                   : seen.substr(cookie + 8, seen.find('\r', cookie) - cookie - 8);
      connection.write("HTTP/1.1 200 OK\r\nSet-Cookie: at=" + std::to_string(connection.number) +
                       "; Path=/\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                       body);
    }
  });
  const Target target = target_at(server.port());
  const auto probe = make_probe({});
  Request first = get(target);
  first.client = "a";
  first.reuse = Reuse::kept;
  Request second = first;
  second.client = "b";
  Request nobody = first;
  nobody.client = "";
  Evidence evidence = send(*probe, target, {first, second, nobody, first, second, nobody});
  const auto& got = evidence.exchanges;
  ASSERT_EQ(got.size(), 6u);
  EXPECT_EQ(server.connections(), 3);
  EXPECT_EQ(got[0].body, "none");
  EXPECT_EQ(got[1].body, "none");
  EXPECT_EQ(got[3].body, "at=0");
  EXPECT_EQ(got[4].body, "at=1");
  EXPECT_EQ(got[5].body, "none");
  first.reuse = Reuse::fresh;  // the jar stays, from phase to phase and over connections
  evidence = send(*probe, target, {first});
  EXPECT_EQ(evidence.exchanges[0].body, "at=0");
  EXPECT_FALSE(evidence.exchanges[0].reused);
}

TEST(ProbeClient, TheUsersCookiesJoinTheJarsInOneLine) {
  std::mutex mutex;
  std::vector<std::string> heads;
  RawServer server([&](RawConnection& connection) {
    const std::string head = connection.read_request();
    const std::lock_guard lock(mutex);
    heads.push_back(head);
    connection.write("HTTP/1.1 200 OK\r\nSet-Cookie: route=7; Path=/\r\nContent-Length: 0\r\n\r\n");
  });
  const Target target = target_at(server.port());
  Request request = get(target);
  request.client = "a";
  request.times = 2;
  request.headers.add("cookie", "session=1");
  const auto probe = make_probe({});
  send(*probe, target, {request});
  const std::lock_guard lock(mutex);
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_NE(heads[0].find("\r\nCookie: session=1\r\n"), std::string::npos) << heads[0];
  EXPECT_NE(heads[1].find("\r\nCookie: route=7; session=1\r\n"), std::string::npos) << heads[1];
  EXPECT_EQ(heads[1].find("cookie:"), std::string::npos) << heads[1];
}

TEST(ProbeClient, OrderOfRoundsAndRequests) {
  std::mutex mutex;
  std::vector<std::string> lines;
  RawServer server([&](RawConnection& connection) {
    const std::string seen = connection.read_request();
    const std::lock_guard lock(mutex);
    lines.push_back(seen.substr(4, 2));
    connection.write(kOk);
  });
  const Target target = target_at(server.port());
  Request a = get(target, "/a"), b = get(target, "/b");
  a.times = 3;
  const auto probe = make_probe({});
  const Evidence evidence = send(*probe, target, {a, b}, 1);
  EXPECT_EQ(lines, (std::vector<std::string>{"/a", "/b", "/a", "/a"}));
  ASSERT_EQ(evidence.exchanges.size(), 4u);
  EXPECT_EQ(evidence.exchanges[1].request, 1u);
  EXPECT_EQ(evidence.exchanges[3].round, 2u);
}

TEST(ProbeClient, SeveralAtOnceButEachClientInTurn) {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0, most = 0;
  RawServer server([&](RawConnection& connection) {
    while (!connection.read_request().empty()) {
      {
        std::unique_lock lock(mutex);
        most = std::max(most, ++inside);
        changed.notify_all();
        // Three clients: three requests meet here, a fourth never comes.
        changed.wait_for(lock, std::chrono::milliseconds(300), [&] { return most >= 3; });
        --inside;
      }
      connection.write(kOk);
    }
  });
  const Target target = target_at(server.port());
  std::vector<Request> requests;
  for (int i = 0; i < 12; ++i) {
    Request request = get(target);
    request.client = std::string(1, static_cast<char>('a' + i % 3));
    requests.push_back(request);
  }
  const auto probe = make_probe({});
  const Evidence evidence = send(*probe, target, requests, 8);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(evidence.exchanges.size(), 12u);
  for (const auto& exchange : evidence.exchanges) EXPECT_EQ(exchange.outcome, Outcome::ok);
}

TEST(ProbeClient, RetriesUntilTheStatusIsRight) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.write(connection.number < 2 ? "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n"
                                           : std::string(kOk));
  });
  const Target target = target_at(server.port());
  Request request = get(target);
  request.retry_within = std::chrono::seconds(5);
  request.retry_statuses.ranges = {{500, 599}};
  const auto probe = make_probe({});
  const Evidence evidence = send(*probe, target, {request});
  EXPECT_EQ(evidence.exchanges[0].status, 200);
  EXPECT_EQ(evidence.exchanges[0].attempts, 3u);
  EXPECT_EQ(evidence.sent, 3u);
}

TEST(ProbeClient, RetriesEnd) {
  std::uint16_t port = 0;
  { port = RawServer(answering("")).port(); }
  const Target target = target_at(port);
  Request request = get(target);
  request.retry_within = std::chrono::milliseconds(350);
  const Exchange got = one(target, request);
  EXPECT_EQ(got.outcome, Outcome::refused);
  EXPECT_GE(got.attempts, 2u);
  EXPECT_LE(got.attempts, 4u);
}

TEST(ProbeClient, BodiesAndHeadersAreBounded) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 400; ++i)
    head += "X-" + std::to_string(i) + ": " + std::string(300, 'v') + "\r\n";
  RawServer server(answering(head + "Content-Length: 100000\r\n\r\n" + std::string(100000, 'b')));
  const Target target = target_at(server.port());
  const Exchange got = one(target, get(target));
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_EQ(got.body.size(), 64u << 10);
  EXPECT_EQ(got.body_size, 100000u);
  EXPECT_LE(got.headers.fields.size(), 256u);
  std::size_t bytes = 0;
  for (const auto& [name, value] : got.headers.fields) bytes += name.size() + value.size();
  EXPECT_LE(bytes, 64u << 10);
}

TEST(ProbeClient, InterimResponsesArePassedOverUpToALimit) {
  const std::string early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  RawServer few(answering(early + early + std::string(kOk)));
  Target target = target_at(few.port());
  const Exchange got = one(target, get(target));
  EXPECT_EQ(got.status, 200);
  EXPECT_FALSE(got.headers.find("Link").has_value());
  std::string flood;
  for (int i = 0; i < 200; ++i) flood += early;
  RawServer many(answering(flood + std::string(kOk)));
  target = target_at(many.port());
  EXPECT_EQ(one(target, get(target)).outcome, Outcome::malformed);
}

TEST(ProbeClient, SourceAddress) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  Request request = get(target);
  request.source_address = "127.0.0.9";
  EXPECT_TRUE(one(target, request).local.starts_with("127.0.0.9:"));
}

TEST(ProbeClient, AddressOfTheRequestWinsOverTheTargets) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(1);
  Request request = get(target);
  request.address = "127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(one(target, request).outcome, Outcome::ok);
}

TEST(ProbeClient, EveryAddressOfAName) {
  RawServer server(answering(std::string(kOk)));
  Target target = target_at(server.port());
  target.address = {{0, "localhost", server.port()}};
  target.ip_version = 4;
  Request request = get(target);
  request.every_address = true;
  request.times = 2;
  const auto probe = make_probe({});
  const Evidence evidence = send(*probe, target, {request});
  ASSERT_GE(evidence.exchanges.size(), 2u);
  EXPECT_EQ(evidence.exchanges.size() % 2, 0u);
  EXPECT_EQ(evidence.exchanges[0].address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_GT(evidence.exchanges[0].timings.resolve.count(), 0);
  EXPECT_EQ(evidence.exchanges[1].timings.resolve.count(), 0);
}

TEST(ProbeClient, TheFirstOfSeveralAddressesThatAnswers) {
  RawServer server(answering(std::string(kOk)), nullptr, "127.0.0.2");
  Outgoing out;
  out.name = "shop.example";
  out.port = 80;
  out.path = "/";
  out.method = "GET";
  out.connect_to = {"shop.example", server.port()};
  const std::vector<Endpoint> endpoints{*Endpoint::of("127.0.0.3", server.port()),
                                        *Endpoint::of("127.0.0.2", server.port())};
  AttemptPlan plan;
  plan.out = &out;
  plan.endpoints = endpoints;
  plan.timeout = plan.connect_timeout = std::chrono::seconds(5);
  const auto client = HttpClient::create();
  ASSERT_TRUE(client->start(plan).has_value());
  std::uint64_t connections = 0, sent = 0;
  std::optional<Exchange> got;
  HttpClient* const driven[] = {client.get()};
  while (!(got = client->finished(connections, sent)))
    HttpClient::drive(driven, std::chrono::milliseconds(20));
  EXPECT_EQ(got->outcome, Outcome::ok) << got->detail;
  EXPECT_TRUE(got->address.starts_with("127.0.0.2:")) << got->address;
  EXPECT_EQ(sent, 1u);
}

TEST(ProbeClient, StopAndDeadlineEndAPhaseAtOnce) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  const Target target = target_at(server.port());
  const auto probe = make_probe({});
  Http http;
  http.requests = {get(target)};
  http.requests[0].times = 10;
  Watch watch;
  const auto began = std::chrono::steady_clock::now();
  watch.deadline = began + std::chrono::milliseconds(100);
  auto evidence = probe->send(target, {"t", http}, watch);
  EXPECT_EQ(evidence->end, End::out_of_time);
  EXPECT_EQ(evidence->exchanges.size(), 0u);
  EXPECT_EQ(evidence->sent, 4u);
  std::atomic<bool> stop = true;
  watch = {};
  watch.stop = &stop;
  evidence = probe->send(target, {"t", http}, watch);
  EXPECT_EQ(evidence->end, End::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

TEST(ProbeClient, ProgressIsTold) {
  RawServer server(answering(std::string(kOk)));
  const Target target = target_at(server.port());
  const auto probe = make_probe({});
  std::vector<std::uint64_t> told;
  Watch watch;
  watch.progress = [&](std::uint64_t done, std::uint64_t due) {
    EXPECT_EQ(due, 2u);
    told.push_back(done);
  };
  ASSERT_TRUE(probe->send(target, {"t", Http{{get(target), get(target)}}}, watch).has_value());
  EXPECT_EQ(told, (std::vector<std::uint64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace ingress_check
