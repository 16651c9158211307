// Routes under load: judged on every response, with the parts that a load can judge.
#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check routing;
}

namespace {

constexpr const char* table =
    "{under: {rate: 200/s, for: 5s}, routes: [{path: /app1, service: app1}, {path: /app2, service: "
    "app2}, {path: /other, status: 404, from: ingress}]}";

Examination examined(const std::string& yaml, const FakeConfig& config) {
  return practice::examine(checks::routing, yaml, practice::subject(), config);
}

bool any_has(const std::vector<std::string>& texts, const std::string& part) {
  for (const auto& text : texts)
    if (text.find(part) != std::string::npos) return true;
  return false;
}

TEST(routing_under, every_response_of_the_load_is_judged) {
  const auto done = examined(table, practice::two_apps());
  const auto& verdict = done.verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << verdict.summary;
  EXPECT_EQ(done.phases.back(), "under load");
  ASSERT_EQ(done.loads.size(), 1u);
  EXPECT_EQ(done.loads[0].reply.counts.due, 1000u);
  EXPECT_TRUE(any_has(verdict.shown, "every one of 1,000 answers under 200/s for 5s"));
  EXPECT_TRUE(any_has(verdict.not_shown, "/other under load: from is judged on single"));
}

TEST(routing_under, without_the_word_no_load_is_sent) {
  const auto done = examined("{routes: [{path: /app1, service: app1}]}", practice::two_apps());
  EXPECT_TRUE(done.loads.empty());
}

/// Right as long as few have asked.
FakeConfig wrong_after(int many, const std::function<void(Exchange&)>& change) {
  auto config = practice::two_apps();
  config.twist = [asked = 0, many, change](const Request&, Exchange& exchange) mutable {
    if (++asked > many && asked % 10 == 0) change(exchange);
  };
  return config;
}

TEST(routing_under, a_wrong_answer_among_many_right_ones_fails_the_route) {
  const auto done = examined(
      "{under: {rate: 200/s, for: 5s}, replicas: 1, routes: [{path: /app1, "
      "service: app1}]}",
      wrong_after(4, [](Exchange& exchange) {
        exchange.who = {"app2", "app2-a"};
      }));
  const auto& verdict = done.verdict;
  ASSERT_EQ(verdict.kind, Verdict::Kind::fail) << verdict.summary;
  ASSERT_EQ(verdict.findings.size(), 1u);
  const auto& found = verdict.findings[0];
  EXPECT_EQ(found.expected, "app1");
  EXPECT_EQ(found.of, 1000u);
  EXPECT_NEAR(static_cast<double>(found.broke), 100, 20);
  EXPECT_EQ(found.exchange->who.service, "app2");
  EXPECT_EQ(found.place.line, 1);
  EXPECT_NE(verdict.summary.find("1 of 1 route not as expected under 200/s for 5s"),
            std::string::npos)
      << verdict.summary;
}

TEST(routing_under, headers_are_judged_and_another_status_is_told_once) {
  const std::string yaml =
      "{under: {rate: 200/s, for: 5s}, replicas: 1, routes: [{send: {path: /app1}, expect: "
      "{service: app1, headers: {Content-Type: text/plain}, no-headers: [Server]}}]}";
  const auto header = examined(
      yaml, wrong_after(4, [](Exchange& exchange) { exchange.headers.add("Server", "x"); }));
  ASSERT_EQ(header.verdict.findings.size(), 1u) << header.verdict.summary;
  EXPECT_EQ(header.verdict.findings[0].expected, "no header Server");
  EXPECT_EQ(header.verdict.findings[0].actual.substr(0, 5), "\"x\", ");
  const auto status = examined(yaml, wrong_after(4, [](Exchange& exchange) {
                                 exchange = {};
                                 exchange.status = 500;
                               }));
  ASSERT_EQ(status.verdict.findings.size(), 1u) << status.verdict.summary;
  EXPECT_EQ(status.verdict.findings[0].expected, "2xx");
  EXPECT_TRUE(status.verdict.diagnoses.empty());
}

TEST(routing_under, refusals_under_load_have_a_cause) {
  auto config = practice::two_apps();
  config.limits = {{.rate = 50, .burst = 50}};
  const auto verdict = examined(table, config).verdict;
  ASSERT_EQ(verdict.kind, Verdict::Kind::fail);
  ASSERT_FALSE(verdict.diagnoses.empty());
  EXPECT_EQ(verdict.diagnoses[0].cause, "refused-under-load");
  EXPECT_EQ(verdict.traits.at("limit.status"), "503");
}

TEST(routing_under, requests_without_an_answer_fail_the_route) {
  auto config = practice::two_apps();
  config.load.errors = 0.02;
  config.load.error_status = 0;
  const auto verdict = examined(table, config).verdict;
  ASSERT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(verdict.findings[0].expected, "an answer");
  EXPECT_NE(verdict.findings[0].actual.find("reset"), std::string::npos);
}

TEST(routing_under, what_is_wrong_before_gets_no_load) {
  const auto done =
      examined("{under: {rate: 200/s, for: 5s}, routes: [{path: /app1, service: app2}]}",
               practice::two_apps());
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::fail);
  EXPECT_TRUE(done.loads.empty());
  EXPECT_TRUE(any_has(done.verdict.not_shown, "any route under load"));
}

TEST(routing_under, what_backends_do_not_tell_is_left_out_of_the_load) {
  auto config = practice::two_apps();
  config.rules.services[0].silent = true;
  const auto done =
      examined("{under: {rate: 200/s, for: 5s}, routes: [{path: /app1, service: app1}]}", config);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::not_supported);
  ASSERT_EQ(done.loads.size(), 1u);
  EXPECT_EQ(done.loads[0].reply.requests[0].broke.size(), 1u);
  EXPECT_TRUE(any_has(done.verdict.not_shown, "service is judged on single exchanges alone"));
}

TEST(routing_under, fewer_requests_than_routes_are_a_mistake) {
  const auto errors = practice::mistakes(
      checks::routing, "{under: {rate: 1/s, for: 1s}, routes: [{path: /a}, {path: /b}]}");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].what, "1 requests for 2 routes");
}

}  // namespace

}  // namespace ingress_check
