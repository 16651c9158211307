#include "harness/program/courtesy.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

/// Counts what gets through; nothing leaves this process.
class Counter : public Sender {
 public:
  Result<Evidence> send(const Target&, const Traffic& traffic, Watch&) override {
    ++sent;
    Evidence evidence;
    evidence.traffic = traffic;
    return evidence;
  }
  int sent = 0;
};

Target at(const std::string& address) {
  Target target;
  target.url = *parse_url("http://shop.example");
  target.address = *parse_address(address);
  return target;
}

/// Why it was withheld; empty: it was sent.
std::string withheld(const Traffic& traffic, const std::string& address, Allowance& allowance) {
  Counter counter;
  Courtesy courtesy(counter, allowance);
  Watch watch;
  const auto evidence = courtesy.send(at(address), traffic, watch);
  EXPECT_EQ(counter.sent, courtesy.withheld() ? 0 : 1);
  EXPECT_EQ(evidence->end, courtesy.withheld() ? End::interrupted : End::complete);
  return courtesy.withheld() ? courtesy.withheld()->what + "; " + courtesy.withheld()->mend : "";
}

std::string withheld(const Traffic& traffic, const std::string& address,
                     const std::vector<std::string>& allowed = {}) {
  auto allowance = Allowance::create(courtesy_rate, allowed);
  return withheld(traffic, address, *allowance);
}

Traffic request(const std::string& method) {
  Http http;
  http.requests = {{.method = method, .url = *parse_url("http://shop.example")}};
  return {"phase", http};
}

Load gentle() {
  Load load;
  load.requests = {{.request = {.url = *parse_url("http://shop.example/")}}};
  load.arrivals = OpenLoop{{{5, 5, std::chrono::seconds(10)}}};
  load.connections.count = 5;
  return load;
}

constexpr const char* stranger = "203.0.113.7";

TEST(Courtesy, QuestionsGoAnywhere) {
  EXPECT_EQ(withheld(request("GET"), stranger), "");
  EXPECT_EQ(withheld(request("HEAD"), stranger), "");
}

TEST(Courtesy, ChangesGoToLoopbackAndToWhatIsAllowed) {
  EXPECT_EQ(withheld(request("POST"), "127.0.0.1:8080"), "");
  EXPECT_EQ(withheld(request("DELETE"), stranger, {"203.0.113.0/24"}), "");
  const std::string why = "POST to 203.0.113.7; run with --allow 203.0.113.7";
  EXPECT_EQ(withheld(request("POST"), stranger), why);
  EXPECT_EQ(withheld(request("POST"), stranger, {"198.51.100.0/24"}), why);
  EXPECT_EQ(withheld(request("POST"), stranger, {"shop.example"}), why)
      << "the address was given, not found under the name";
  EXPECT_EQ(withheld(request("POST"), "[2001:db8::7]:80"),
            "POST to 2001:db8::7; run with --allow 2001:db8::7");
}

TEST(Courtesy, AGentleLoadGoesAnywhereAndNoOtherDoes) {
  EXPECT_EQ(withheld({"load", gentle()}, stranger), "");
  Load load = gentle();
  load.arrivals = OpenLoop{{{1, 1, std::chrono::seconds(1)}, {1, 5.1, std::chrono::seconds(1)}}};
  const std::string mend = "; run with --allow 203.0.113.7";
  EXPECT_EQ(withheld({"load", load}, stranger), "5.1/s to 203.0.113.7" + mend);
  EXPECT_EQ(withheld({"load", load}, "127.0.0.1:80"), "");
  EXPECT_EQ(withheld({"load", load}, stranger, {"203.0.113.7"}), "");
  load.arrivals = ClosedLoop{std::chrono::seconds(1), 0};
  EXPECT_EQ(withheld({"load", load}, stranger),
            "as fast as answers come over 5 connections to 203.0.113.7" + mend);
  load = gentle();
  load.requests[0].request.method = "POST";
  EXPECT_EQ(withheld({"load", load}, stranger), "POST to 203.0.113.7" + mend);
}

TEST(Courtesy, NeitherBurstsNorAHeapOfConnectionsAreGentle) {
  EXPECT_EQ(beyond_courtesy(gentle()), "");
  Load load = gentle();
  load.connections.count = 6;
  EXPECT_EQ(beyond_courtesy(load), "6 connections at once");
  load = gentle();
  load.clients.count = 3;
  EXPECT_EQ(beyond_courtesy(load), "6 connections at once");
  load = gentle();
  std::get<OpenLoop>(load.arrivals).spacing = Spacing::poisson;
  EXPECT_NE(beyond_courtesy(load), "");
}

TEST(Courtesy, LoadsStayBelowTheLimitsOfTheScenarioEvenOnLoopback) {
  auto allowance = Allowance::create(courtesy_rate, {});
  allowance->limit({.hosts = {"shop.example"}, .limit = {10}});
  Load load = gentle();
  load.arrivals = OpenLoop{{{7, 7, std::chrono::seconds(1)}}};
  EXPECT_EQ(withheld({"load", load}, "127.0.0.1:80", *allowance), "");
  load.arrivals = OpenLoop{{{8, 8, std::chrono::seconds(1)}}};
  EXPECT_EQ(withheld({"load", load}, "127.0.0.1:80", *allowance),
            "8/s to shop.example; ask for at most 7/s in all, or take the host out of `limits:`");
  load.arrivals = ClosedLoop{std::chrono::seconds(1), 0};
  EXPECT_NE(withheld({"load", load}, "127.0.0.1:80", *allowance), "");
  load.requests[0].request.headers.add("Host", "other.example:80");
  EXPECT_EQ(withheld({"load", load}, "127.0.0.1:80", *allowance), "") << "the server hears another";
  load = gentle();
  load.arrivals = OpenLoop{{{14, 14, std::chrono::seconds(1)}}};
  load.requests.push_back({.request = {.url = *parse_url("http://other.example/")}});
  EXPECT_EQ(withheld({"load", load}, "127.0.0.1:80", *allowance), "") << "half of it goes there";
}

TEST(Courtesy, WhoProvokesALimitOnPurposeMayGoBeyondItAndNowhereElse) {
  auto allowance = Allowance::create(courtesy_rate, {});
  allowance->limit({.hosts = {"shop.example"}, .limit = {3}});
  Load load = gentle();
  load.arrivals = OpenLoop{{{50, 50, std::chrono::seconds(1)}}};
  Traffic storm{.name = "storm", .send = load, .provokes = true};
  EXPECT_EQ(withheld(storm, "127.0.0.1:80", *allowance), "");
  EXPECT_EQ(withheld(storm, stranger, *allowance),
            "50/s to 203.0.113.7; run with --allow 203.0.113.7");
}

TEST(Courtesy, CommandsRunOnlyWhereTheUserAllowsThem) {
  auto allowance = Allowance::create(courtesy_rate, {});
  auto traffic = request("GET");
  traffic.events = {{.run = {"kubectl", "rollout", "restart", "deployment/app1"}}};
  EXPECT_EQ(withheld(traffic, "127.0.0.1:80", *allowance),
            "the command kubectl; run with --allow-commands");
  Counter counter;
  Courtesy allowed(counter, *allowance, true);
  Watch watch;
  (void)allowed.send(at("127.0.0.1:80"), traffic, watch);
  EXPECT_EQ(counter.sent, 1);
}

TEST(Courtesy, AfterALoadTheNextRequestWaitsItsTurn) {
  auto allowance = Allowance::create(courtesy_rate, {});
  EXPECT_EQ(withheld({"load", gentle()}, stranger, *allowance), "");
  const auto endpoint = *Endpoint::of(stranger, 80);
  const auto now = std::chrono::steady_clock::now();
  EXPECT_GT(allowance->reserve({&endpoint, 1}, now), now);
}

}  // namespace
}  // namespace ingress_check
