#include "harness/engine_test.h"

#include <set>

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Engine, ClosedLoopSendsExactlyWhatItWasAsked) {
  RawServer server(answering(std::string(kOk)));
  for (std::uint32_t threads = 1; threads <= 8; ++threads) {
    Load load = closed(target_at(server.port()), 1003, 8);
    load.threads = threads;
    const LoadReply reply = *run(target_at(server.port()), load).load;
    EXPECT_EQ(reply.counts.due, 1003U);
    EXPECT_EQ(reply.counts.answered(), 1003U);
    EXPECT_EQ(reply.counts.statuses.at(200), 1003U);
    EXPECT_EQ(reply.protocol, "HTTP/1.1");
    EXPECT_EQ(reply.generator.cpu.size(), threads);
    expect_sums(reply);
  }
}

TEST(Engine, OpenLoopSendsWhatThePacerSays) {
  RawServer server(answering(std::string(kOk)));
  Load load = load_of(target_at(server.port()));
  load.arrivals =
      OpenLoop{{{200, 600, milliseconds(300)}, {600, 0, milliseconds(100)}}, Spacing::poisson};
  load.threads = 2;
  load.seed = 7;
  const Evidence evidence = run(target_at(server.port()), load);
  const auto pacer = Pacer::create(std::get<OpenLoop>(load.arrivals).stages, Spacing::poisson, 7);
  EXPECT_EQ(evidence.load->counts.due, pacer->total());
  EXPECT_EQ(evidence.load->counts.answered(), pacer->total());
  EXPECT_EQ(evidence.sent, pacer->total());
  EXPECT_EQ(evidence.end, End::complete);
  EXPECT_EQ(evidence.load->send_delay.total(), pacer->total());
  EXPECT_EQ(evidence.load->lasted, milliseconds(400));
  expect_sums(*evidence.load);
}

// Slots are striped over the threads: none is left out, none sent twice, whatever their number.
TEST(Engine, AnOpenLoopOfAnyNumberOfThreadsSendsTheSame) {
  RawServer server(answering(std::string(kOk)));
  for (std::uint32_t threads = 1; threads <= 8; ++threads) {
    Load load = paced(target_at(server.port()), 1000, milliseconds(203), 8);
    load.threads = threads;
    load.samples = true;
    const LoadReply reply = *run(target_at(server.port()), load).load;
    std::set<std::int64_t> due;
    for (const auto& samples : reply.samples)
      for (const Sample& sample : samples) due.insert(sample.due);
    EXPECT_EQ(due.size(), 203U) << threads;
    EXPECT_EQ(reply.counts.answered(), 203U) << threads;
    EXPECT_EQ(reply.generator.cpu.size(), threads);
    expect_sums(reply);
  }
}

TEST(Engine, WarmUpIsCountedApart) {
  RawServer server(answering(std::string(kOk)));
  Load load = paced(target_at(server.port()), 500, milliseconds(400));
  load.warm_up = milliseconds(100);
  const LoadReply reply = *run(target_at(server.port()), load).load;
  EXPECT_EQ(reply.warm_up, 50U);
  EXPECT_EQ(reply.counts.due, 150U);
  EXPECT_EQ(reply.lasted, milliseconds(300));
  EXPECT_NEAR(reply.offered, 500, 0.1);
  expect_sums(reply);
}

TEST(Engine, WhatGoesOutIsWhatTheProbeSends) {
  std::string seen;
  RawServer server([&](RawConnection& connection) {
    seen = connection.read_request();
    connection.write(kOk);
  });
  Target target = target_at(server.port());
  target.headers.add("X-Token", "t");
  Load load = closed(target, 1, 1);
  load.requests[0].request.method = "POST";
  load.requests[0].request.body = "abc";
  load.requests[0].request.url.path = "/a?b=%20c";
  run(target, load);
  EXPECT_EQ(seen,
            "POST /a?b=%20c HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: ingress-check/test\r\n"
            "Accept: */*\r\nX-Token: t\r\nContent-Length: 3\r\n\r\nabc");
}

TEST(Engine, EveryRequestOpensItsOwnConnectionWhereAskedTo) {
  std::atomic<int> closing{0};
  RawServer server([&](RawConnection& connection) {
    const std::string head = connection.read_request();
    if (head.find("Connection: close\r\n") != std::string::npos) ++closing;
    connection.write(kOk);
    connection.wait_for_close();
  });
  Load load = closed(target_at(server.port()), 20, 2);
  load.connections.requests = 1;
  const LoadReply reply = *run(target_at(server.port()), load).load;
  EXPECT_EQ(reply.counts.answered(), 20U);
  EXPECT_EQ(server.connections(), 20);
  EXPECT_EQ(closing, 20);
  EXPECT_EQ(reply.connect.total(), 20U);
}

TEST(Engine, ConnectionsThatTheServerClosesAreOpenedAnew) {
  RawServer server([](RawConnection& connection) {
    for (int i = 0; i < 3 && !connection.read_request().empty(); ++i)
      connection.write(i < 2
                           ? std::string(kOk)
                           : "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  });
  const LoadReply reply =
      *run(target_at(server.port()), closed(target_at(server.port()), 30, 1)).load;
  EXPECT_EQ(reply.counts.answered(), 30U);
  EXPECT_EQ(reply.counts.repeated, 0U);
  EXPECT_EQ(server.connections(), 10);
}

/// Answers two requests of a connection, then closes it without a word.
RawServer::Script closing_idle() {
  return [](RawConnection& connection) {
    for (int i = 0; i < 2 && !connection.read_request().empty(); ++i) connection.write(kOk);
    connection.read_request();
  };
}

TEST(Engine, AnIdleCloseIsRepeatedOnceForGet) {
  RawServer server(closing_idle());
  const LoadReply reply =
      *run(target_at(server.port()), closed(target_at(server.port()), 20, 1)).load;
  EXPECT_EQ(reply.counts.answered(), 20U);
  EXPECT_EQ(reply.counts.of(Outcome::idle_close), 0U);
  EXPECT_EQ(reply.counts.repeated, 9U);
  expect_sums(reply);
}

TEST(Engine, AnIdleCloseIsNotRepeatedForPost) {
  RawServer server(closing_idle());
  Load load = closed(target_at(server.port()), 9, 1);
  load.requests[0].request.method = "POST";
  const LoadReply reply = *run(target_at(server.port()), load).load;
  EXPECT_EQ(reply.counts.answered(), 6U);
  EXPECT_EQ(reply.counts.of(Outcome::idle_close), 3U);
  EXPECT_EQ(reply.counts.repeated, 0U);
  expect_sums(reply);
}

TEST(Engine, MatchesAreJudgedOnEveryResponse) {
  std::atomic<int> count{0};
  RawServer server([&](RawConnection& connection) {
    while (!connection.read_request().empty())
      connection.write(++count % 10 == 0
                           ? "HTTP/1.1 503 No\r\nX-Pod: b\r\nContent-Length: 4\r\n\r\nnope"
                           : "HTTP/1.1 200 OK\r\nX-Pod: a\r\nX-Kind: blue\r\nContent-Length: "
                             "2\r\n\r\nok");
  });
  Target target = target_at(server.port());
  target.answered_by.any.pod_header = "X-Pod";
  Load load = closed(target, 100, 2);
  using Part = Match::Part;
  load.requests[0].matches = {{Part::status, {{{200, 299}}}},
                              {Part::pod, {}, {}, {false, "a"}},
                              {Part::header, {}, "x-kind", {true, "^bl"}},
                              {Part::absent, {}, "X-Kind"},
                              {Part::body, {}, {}, {true, "o"}}};
  const LoadReply reply = *run(target, load).load;
  EXPECT_EQ(reply.requests[0].broke, (std::vector<std::uint64_t>{10, 10, 10, 90, 0}));
  ASSERT_EQ(reply.pods.size(), 2U);
  EXPECT_EQ(reply.pods[0].pod, "a");
  EXPECT_EQ(reply.pods[0].answered, 90U);
  EXPECT_EQ(reply.pods[1].server_errors, 10U);
  ASSERT_EQ(reply.broken.size(), 20U);
  const BrokenMatch& first = reply.broken[0].match == 3 ? reply.broken[5] : reply.broken[0];
  EXPECT_EQ(first.exchange.status, 503);
  EXPECT_EQ(first.exchange.body, "nope");
  EXPECT_EQ(first.exchange.headers.find("X-Pod"), "b");
  EXPECT_EQ(first.exchange.who.pod, "b");
}

TEST(Engine, ClientsKeepTheirCookiesAndTheirConnections) {
  std::mutex mutex;
  std::map<int, std::set<std::string>> cookies;  // by connection
  std::atomic<int> next{0};
  RawServer server([&](RawConnection& connection) {
    for (std::string head; !(head = connection.read_request()).empty();) {
      const auto at = head.find("Cookie: id=");
      const std::string had =
          at == head.npos ? "" : head.substr(at + 11, head.find('\r', at) - at - 11);
      if (!had.empty()) {
        const std::lock_guard lock(mutex);
        cookies[connection.number].insert(had);
      }
      const std::string cookie =
          had.empty() ? "Set-Cookie: id=" + std::to_string(++next) + "; Path=/\r\n" : "";
      connection.write("HTTP/1.1 200 OK\r\n" + cookie + "Content-Length: 2\r\n\r\nok");
    }
  });
  Load load = paced(target_at(server.port()), 500, milliseconds(400));
  load.clients.count = 5;
  load.clients.connections = 2;
  load.samples = true;
  const LoadReply reply = *run(target_at(server.port()), load).load;
  EXPECT_EQ(reply.counts.answered(), 200U);
  EXPECT_EQ(next, 5) << "a client asked again without its cookie";
  EXPECT_EQ(server.connections(), 10);
  std::map<std::string, int> connections_of;
  for (const auto& [number, seen] : cookies) {
    EXPECT_EQ(seen.size(), 1U) << "two clients shared a connection";
    ++connections_of[*seen.begin()];
  }
  for (const auto& [cookie, count] : connections_of) EXPECT_EQ(count, 2) << cookie;
  std::set<std::uint32_t> clients;
  for (const Sample& sample : reply.samples.at(0)) clients.insert(sample.client);
  EXPECT_EQ(clients.size(), 5U);
}

TEST(Engine, RequestsAreDrawnByWeightFromTheSeed) {
  std::atomic<int> a{0}, b{0};
  RawServer server([&](RawConnection& connection) {
    for (std::string head; !(head = connection.read_request()).empty();) {
      ++(head.starts_with("GET /a ") ? a : b);
      connection.write(kOk);
    }
  });
  const Target target = target_at(server.port());
  Load load = closed(target, 2000, 4);
  load.requests = {{get(target, "/a"), 3}, {get(target, "/b"), 1}};
  const LoadReply one = *run(target, load).load;
  EXPECT_NEAR(a, 1500, 90);  // 4.6 standard deviations
  EXPECT_EQ(one.requests[0].counts.answered(), static_cast<std::uint64_t>(a));
  load.threads = 3;
  const LoadReply again = *run(target, load).load;
  EXPECT_EQ(again.requests[0].counts.due, one.requests[0].counts.due);
  expect_sums(again);
}

TEST(Engine, SamplesTellEachRequest) {
  RawServer server(answering(std::string(kOk)));
  Load load = paced(target_at(server.port()), 1000, milliseconds(100));
  load.samples = true;
  load.threads = 2;
  const LoadReply reply = *run(target_at(server.port()), load).load;
  std::set<std::int64_t> due;
  for (const auto& samples : reply.samples)
    for (const Sample& sample : samples) {
      due.insert(sample.due);
      EXPECT_LE(sample.due, sample.sent);
      EXPECT_LE(sample.sent, sample.first_byte);
      EXPECT_LE(sample.first_byte, sample.done);
      EXPECT_EQ(sample.status, 200);
    }
  EXPECT_EQ(due.size(), 100U);
  EXPECT_EQ(*due.rbegin(), 99'000'000);
  EXPECT_FALSE(reply.samples_full);
}

TEST(Engine, ErrorsBeforeAnythingIsSent) {
  const Target target = target_at(1);
  Resolver resolver(0, seconds(1));
  Watch watch;
  Evidence evidence;
  const auto error = [&](const Load& load) {
    const auto sent = run_load(target, load, {}, resolver, watch, evidence);
    return sent ? std::string("none") : sent.error().what;
  };
  Load load = closed(target, 10);
  load.requests.clear();
  EXPECT_EQ(error(load), "a load without a request");
  load = closed(target, 0);
  EXPECT_EQ(error(load), "a load without an end");
  load = paced(target, 0, seconds(1));
  EXPECT_EQ(error(load), "stages without a rate above 0");
  load = closed(target, 10);
  load.requests[0].request.method = "GE T";
  EXPECT_EQ(error(load), "'GE T' is not a method");
  EXPECT_EQ(evidence.sent, 0U);
}

// 203.0.113.0/24 is kept for documents (RFC 5737); nothing is sent there.
TEST(Engine, AStrangerIsNotFloodedWhateverWasLookedUpBefore) {
  Target target = target_at(80);
  target.address = {{0, "203.0.113.7", 80}};
  Resolver resolver(0, seconds(1));
  Watch watch;
  Evidence evidence;
  const auto allowance = Allowance::create(courtesy_rate, {});
  EngineOptions options;
  options.allowance = &*allowance;
  for (const Load& load : {closed(target, 10), paced(target, 6, seconds(1))}) {
    const auto sent = run_load(target, load, options, resolver, watch, evidence);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().what, "203.0.113.7:80 may not be sent a load");
    EXPECT_FALSE(evidence.load);
  }
}

}  // namespace
}  // namespace ingress_check
