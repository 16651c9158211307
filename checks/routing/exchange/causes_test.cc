#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check exchange;
}

namespace {

using practice::subject;
using practice::two_apps;
using Ids = std::vector<std::string>;
using Twist = std::function<void(const Request&, Exchange&)>;

Verdict judge(const std::string& yaml, const FakeConfig& config, const Subject& of = subject()) {
  return practice::examine(checks::exchange, yaml, of, config).verdict;
}

Ids causes(const Verdict& verdict) {
  Ids ids;
  for (const auto& diagnosis : verdict.diagnoses) ids.push_back(diagnosis.cause);
  return ids;
}

FakeConfig twisted(Twist twist) {
  auto config = two_apps();
  config.twist = std::move(twist);
  return config;
}

/// Every answer is this page of the ingress, after that time.
FakeConfig all_pages(int status, std::chrono::milliseconds after = std::chrono::milliseconds(2)) {
  return twisted([=](const Request&, Exchange& exchange) {
    exchange.status = status;
    exchange.body = nginx_page(status).body;
    exchange.who = {};
    exchange.seen.reset();
    exchange.timings.total = after;
  });
}

const char* const plain = "steps: [{send: {path: /app1}, expect: {status: 200, service: app1}}]";

const char* const forging = R"(
steps:
  - send: {path: /app1, headers: {X-Forwarded-Proto: https, X-Forwarded-For: 198.51.100.7}}
    expect: {seen: {headers: {X-Forwarded-Proto: http, X-Real-IP: 192.0.2.100}}}
)";

TEST(exchange_causes, forged_header_believed) {
  const auto verdict = judge(forging, twisted([](const Request&, Exchange& exchange) {
                               exchange.seen->headers.set("X-Forwarded-Proto", "https");
                               exchange.seen->headers.set("X-Real-IP", "192.0.2.100");
                             }));
  EXPECT_EQ(causes(verdict), (Ids{"forged-header-believed"}));
  EXPECT_NE(verdict.diagnoses.front().text.find("X-Forwarded-Proto: https"), std::string::npos)
      << verdict.diagnoses.front().text;
}

TEST(exchange_causes, a_forged_address_may_reach_the_pod_under_another_name) {
  const auto verdict = judge(forging, twisted([](const Request&, Exchange& exchange) {
                               exchange.seen->headers.set("X-Forwarded-Proto", "http");
                               exchange.seen->headers.set("X-Real-IP", "198.51.100.7");
                             }));
  EXPECT_EQ(causes(verdict), (Ids{"forged-header-believed"}));
  EXPECT_NE(verdict.diagnoses.front().text.find("X-Real-IP: 198.51.100.7"), std::string::npos);
}

TEST(exchange_causes, a_wrong_forwarding_header_that_nobody_forged_is_not_believed) {
  const auto verdict = judge(forging, twisted([](const Request&, Exchange& exchange) {
                               exchange.seen->headers.set("X-Forwarded-Proto", "ftp");
                               exchange.seen->headers.set("X-Real-IP", "192.0.2.100");
                             }));
  EXPECT_EQ(to_string(verdict.kind), "fail");
  EXPECT_EQ(causes(verdict), Ids{});
}

TEST(exchange_causes, body_limit) {
  const auto verdict = judge(
      "steps: [{send: {method: POST, path: /app1, body: {size: 2KiB}}, expect: {status: 200}}]",
      all_pages(413));
  EXPECT_EQ(causes(verdict), (Ids{"body-limit"}));
  EXPECT_NE(verdict.diagnoses.front().text.find("2048 bytes"), std::string::npos);
  EXPECT_EQ(verdict.diagnoses.front().separates, "");
}

TEST(exchange_causes, backend_timeout_says_how_long_it_took) {
  const auto verdict = judge(plain, all_pages(504, std::chrono::milliseconds(5050)));
  EXPECT_EQ(causes(verdict), (Ids{"backend-timeout"}));
  EXPECT_NE(verdict.diagnoses.front().text.find("5.0 s"), std::string::npos)
      << verdict.diagnoses.front().text;
}

TEST(exchange_causes, no_endpoints) {
  auto config = two_apps();
  config.rules.services.front().pods.clear();
  const auto verdict = judge(plain, config);
  EXPECT_EQ(causes(verdict), (Ids{"no-endpoints"}));
  EXPECT_NE(verdict.diagnoses.front().separates.find("rate limit"), std::string::npos);
}

TEST(exchange_causes, bad_gateway) {
  EXPECT_EQ(causes(judge(plain, all_pages(502))), (Ids{"bad-gateway"}));
}

TEST(exchange_causes, no_rule) {
  auto config = two_apps();
  config.rules.hosts.front().paths.front().path = "/app3";
  EXPECT_EQ(causes(judge(plain, config)), (Ids{"no-rule"}));
}

TEST(exchange_causes, https_redirect) {
  auto config = two_apps();
  config.rules.hosts.front().redirect_to_https = true;
  EXPECT_EQ(causes(judge(plain, config)), (Ids{"https-redirect"}));
}

TEST(exchange_causes, a_redirect_elsewhere_is_not_one_to_https) {
  const auto to = [](const std::string& location) {
    return twisted([=](const Request&, Exchange& exchange) {
      exchange.status = 302;
      exchange.who = {};
      exchange.headers.set("Location", location);
    });
  };
  EXPECT_EQ(causes(judge(plain, to("https://login.example/"))), Ids{});
  EXPECT_EQ(causes(judge(plain, to("/app1/"))), Ids{});
  EXPECT_EQ(causes(judge(plain, to("https://frieza.dev/app1"))), (Ids{"https-redirect"}));
}

TEST(exchange_causes, slow_answer) {
  auto config = two_apps();
  config.latency = std::chrono::seconds(3);
  const auto verdict =
      judge("steps: [{send: {path: /app1}, expect: {service: app1, within: 2s}}]", config);
  EXPECT_EQ(causes(verdict), (Ids{"slow-answer"}));
  EXPECT_NE(verdict.diagnoses.front().text.find("3.0 s"), std::string::npos);
}

TEST(exchange_causes, statuses_of_an_application_that_names_itself_are_its_own) {
  for (const int status : {404, 413, 502, 503, 504}) {
    auto config = two_apps();
    config.rules.services.front().status = status;
    const auto verdict = judge(plain, config);
    EXPECT_EQ(to_string(verdict.kind), "fail");
    EXPECT_EQ(causes(verdict), Ids{}) << status;
  }
}

TEST(exchange_causes, where_nothing_tells_who_answered_it_is_said_what_would) {
  auto of = subject();
  of.controller = generic_profile();
  for (const int status : {404, 413, 502, 503, 504}) {
    const auto verdict = judge(plain, all_pages(status), of);
    ASSERT_EQ(verdict.diagnoses.size(), 1U) << status;
    EXPECT_NE(verdict.diagnoses.front().separates.find("the pod's log"), std::string::npos);
  }
}

TEST(exchange_causes, a_status_that_was_expected_has_no_cause) {
  EXPECT_EQ(causes(judge("steps: [{send: {path: /app1}, expect: {status: 504, within: 2s}}]",
                         all_pages(504, std::chrono::seconds(3)))),
            (Ids{"slow-answer"}));
}

TEST(exchange_causes, each_cause_is_named_once_in_the_order_of_the_steps) {
  auto config = two_apps();
  config.rules.services.back().pods.clear();
  const auto verdict = judge(R"(
steps:
  - {send: {path: /app2}}
  - {send: {path: /nothing}}
  - {send: {path: /app2/x}}
)",
                             config);
  EXPECT_EQ(causes(verdict), (Ids{"no-endpoints", "no-rule"}));
  EXPECT_EQ(verdict.findings.size(), 3U);
}

TEST(exchange_causes, every_listed_cause_is_reached_by_a_test_here) {
  const Ids tested = {"forged-header-believed", "body-limit",  "backend-timeout",
                      "no-endpoints",           "bad-gateway", "no-rule",
                      "https-redirect",         "slow-answer"};
  Ids listed;
  for (const auto& cause : checks::exchange.causes) listed.push_back(cause.id);
  EXPECT_EQ(listed, tested);
}

}  // namespace

}  // namespace ingress_check
