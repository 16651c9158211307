#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check routing;
}

namespace {

using practice::subject;
using practice::two_apps;

const char* const table = R"(
routes:
  - {path: /app1, service: app1}
  - {path: /app2/x, service: app2}
  - {path: /app1x, status: 404, from: ingress}
  - {path: /APP1, status: 404}
  - {url: "http://other.example/app1", status: 404}
)";

Verdict judge(const FakeConfig& config, const std::string& yaml = table,
              const Subject& of = subject()) {
  return practice::examine(checks::routing, yaml, of, config).verdict;
}

std::vector<std::string> causes(const Verdict& verdict) {
  std::vector<std::string> ids;
  for (const auto& diagnosis : verdict.diagnoses) ids.push_back(diagnosis.cause);
  return ids;
}

using Ids = std::vector<std::string>;

TEST(routing, passes_on_a_correct_ingress) {
  const auto verdict = judge(two_apps());
  EXPECT_EQ(to_string(verdict.kind), "pass") << verdict.summary;
  EXPECT_EQ(verdict.summary, "5 routes as expected");
  EXPECT_TRUE(verdict.findings.empty());
  ASSERT_FALSE(verdict.shown.empty());
  EXPECT_NE(verdict.shown.front().find("12 fresh connections"), std::string::npos);
  EXPECT_EQ(verdict.traits.at("no-route.status"), "404");
}

TEST(routing, asks_each_route_on_as_many_connections_as_the_replicas_need) {
  for (const auto& [replicas, connections] : {std::pair{2, 7}, {3, 12}, {5, 21}, {10, 44}}) {
    const auto yaml =
        fmt::format("replicas: {}\nroutes: [{{path: /app1, service: app1}}]", replicas);
    const auto done = practice::examine(checks::routing, yaml, subject(), two_apps());
    EXPECT_EQ(done.sent, static_cast<std::uint64_t>(connections) + 3) << replicas;
  }
}

TEST(routing, nothing_adopted) {
  auto config = two_apps();
  config.rules.hosts.clear();
  const auto verdict = judge(config);
  EXPECT_EQ(to_string(verdict.kind), "fail");
  EXPECT_EQ(causes(verdict), (Ids{"nothing-adopted", "host-not-matched"}));
  EXPECT_FALSE(verdict.diagnoses.front().separates.empty());
  EXPECT_NE(verdict.summary.find("everything is answered 404"), std::string::npos);
  EXPECT_EQ(verdict.findings.size(), 2U);
}

const char* const two_hosts = R"(
routes:
  - {path: /app1, service: app1}
  - {url: "http://a.example/app1", service: app1}
  - {url: "http://a.example/app1/x", service: app1}
)";

FakeConfig with_a_example() {
  auto config = two_apps();
  config.rules.hosts.push_back({"a.example", {{"/app1", FakePathType::prefix, "app1"}}});
  return config;
}

TEST(routing, nothing_adopted_alone_when_several_hosts_are_silent) {
  auto config = with_a_example();
  EXPECT_EQ(to_string(judge(config, two_hosts).kind), "pass");
  config.rules.hosts.clear();
  EXPECT_EQ(causes(judge(config, two_hosts)), (Ids{"nothing-adopted"}));
}

TEST(routing, host_not_matched) {
  auto config = with_a_example();
  config.rules.hosts.back().host = "b.example";
  EXPECT_EQ(causes(judge(config, two_hosts)), (Ids{"host-not-matched"}));
}

/// The hands-on table: below frieza.dev, which is served, stands a host of its own.
const char* const host_below_a_served_one = R"(
routes:
  - {path: /app1, service: app1}
  - {path: /, status: 404, from: ingress}
  - {url: "http://rr.frieza.dev/app1", service: app1}
)";

TEST(routing, a_host_below_one_that_is_served_is_no_wildcard) {
  auto config = two_apps();
  config.rules.hosts.push_back({"rr.freiza.dev", {{"/app1", FakePathType::prefix, "app1"}}});
  EXPECT_EQ(causes(judge(config, host_below_a_served_one)),
            (Ids{"host-not-matched", "path-not-matched"}));
}

TEST(routing, path_not_matched) {
  auto config = two_apps();
  config.rules.hosts.front().paths.back().type = FakePathType::exact;
  EXPECT_EQ(causes(judge(config)), (Ids{"path-not-matched"}));
}

TEST(routing, no_endpoints) {
  auto config = two_apps();
  config.rules.services.front().pods.clear();
  const auto verdict = judge(config);
  EXPECT_EQ(causes(verdict), (Ids{"no-endpoints"}));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings.front().broke, 15U);
  EXPECT_EQ(verdict.findings.front().of, 15U);
}

TEST(routing, wrong_service) {
  auto config = two_apps();
  config.rules.hosts.front().paths.front().service = "app2";
  const auto verdict = judge(config);
  EXPECT_EQ(causes(verdict), (Ids{"wrong-service"}));
  ASSERT_EQ(verdict.findings.size(), 1U);
  const auto& finding = verdict.findings.front();
  EXPECT_EQ(finding.expected, "app1");
  EXPECT_TRUE(finding.actual.starts_with("200 by app2 (pod")) << finding.actual;
  EXPECT_TRUE(finding.actual.ends_with("15 of 15 times")) << finding.actual;
  EXPECT_EQ(finding.place.line, 3);  // the word that was not met: `app1` of the first route
  EXPECT_EQ(finding.place.column, 28);
}

TEST(routing, default_backend) {
  auto config = two_apps();
  config.rules.services.push_back({"fallback", {"fallback-a"}});
  config.rules.default_service = "fallback";
  EXPECT_EQ(causes(judge(config)), (Ids{"default-backend"}));
}

FakeConfig nested() {
  auto config = two_apps();
  config.rules.hosts.front().paths = {{"/aaa", FakePathType::prefix, "app1"},
                                      {"/aaa/bbb", FakePathType::prefix, "app2"}};
  return config;
}

TEST(routing, a_silent_default_backend_is_not_taken_for_a_pattern) {
  auto config = two_apps();
  config.rules.services.push_back({"fallback", {"fallback-a"}, true});
  config.rules.default_service = "fallback";
  EXPECT_EQ(causes(judge(config)), (Ids{"default-backend"}));
  config.rules.default_service = "app1";  // which is also the service of /app1
  EXPECT_EQ(causes(judge(config)), (Ids{"default-backend"}));
}

TEST(routing, prefix_without_boundary_is_found_from_what_is_below_the_rule) {
  auto config = nested();
  config.rules.hosts.front().paths.front().type = FakePathType::raw_prefix;
  EXPECT_EQ(causes(judge(config,
                         "routes: [{path: /aaa/ccc, service: app1}, {path: /AAA, status: 404}, "
                         "{path: /aaaccc, status: 404}]")),
            (Ids{"prefix-without-element-boundary"}));
}

TEST(routing, prefix_without_element_boundary) {
  auto config = two_apps();
  config.rules.hosts.front().paths.front().type = FakePathType::raw_prefix;
  const auto verdict = judge(config);
  EXPECT_EQ(causes(verdict), (Ids{"prefix-without-element-boundary"}));
  EXPECT_EQ(verdict.traits.at("path.boundary"), "none");
}

TEST(routing, prefix_or_regex_when_case_was_not_tried) {
  auto config = two_apps();
  config.rules.hosts.front().paths.front().type = FakePathType::raw_prefix;
  const auto verdict =
      judge(config, "routes: [{path: /app1, service: app1}, {path: /app1x, status: 404}]");
  EXPECT_EQ(causes(verdict), (Ids{"prefix-without-element-boundary", "regex-mode"}));
  EXPECT_NE(verdict.diagnoses.back().separates.find("/APP1"), std::string::npos);
}

TEST(routing, regex_mode) {
  auto config = two_apps();
  for (auto& path : config.rules.hosts.front().paths) path.type = FakePathType::regex;
  EXPECT_EQ(causes(judge(config)), (Ids{"regex-mode"}));
}

const char* const nested_table =
    "routes: [{path: /aaa/ccc, service: app1}, {path: /aaa, service: app1}, "
    "{path: /aaa/bbb/c, service: app2}]";

TEST(routing, path_order) {
  auto config = nested();
  EXPECT_EQ(to_string(judge(config, nested_table).kind), "pass");
  config.rules.longest_first = false;
  EXPECT_EQ(causes(judge(config, nested_table)), (Ids{"path-order", "path-not-matched"}));
  EXPECT_EQ(causes(judge(config,
                         "routes: [{path: /aaa/ccc, service: app1}, "
                         "{path: /aaa/bbb/c, service: app2}]")),
            (Ids{"path-order", "path-not-matched"}));
}

const char* const wildcard_table = R"(
routes:
  - {path: /app1, service: app1}
  - {url: "http://bar.foo.com/", service: app2}
  - {url: "http://baz.bar.foo.com/", status: 404}
  - {url: "http://foo.com/", status: 404}
)";

FakeConfig wildcard() {
  auto config = two_apps();
  config.rules.hosts.push_back({"*.foo.com", {{"/", FakePathType::prefix, "app2"}}});
  return config;
}

TEST(routing, wildcard_too_wide) {
  auto config = wildcard();
  EXPECT_EQ(to_string(judge(config, wildcard_table).kind), "pass");
  config.rules.one_label = false;
  EXPECT_EQ(causes(judge(config, wildcard_table)), (Ids{"wildcard-too-wide"}));
}

TEST(routing, wildcard_too_narrow) {
  auto config = wildcard();
  config.rules.wildcard_literal = true;
  EXPECT_EQ(causes(judge(config, wildcard_table)),
            (Ids{"wildcard-too-narrow", "host-not-matched"}));
}

TEST(routing, wildcard_too_narrow_where_no_other_host_is_asked) {
  auto config = wildcard();
  config.rules.wildcard_literal = true;
  const auto verdict = judge(config,
                             "routes: [{url: \"http://bar.foo.com/\", service: app2}, "
                             "{url: \"http://foo.com/\", status: 404}]");
  EXPECT_EQ(causes(verdict), (Ids{"wildcard-too-narrow", "nothing-adopted", "host-not-matched"}));
}

TEST(routing, trailing_slash_redirect) {
  auto config = two_apps();
  config.rules.hosts.front().paths.front().path = "/app1/";
  config.rules.slash_redirects = true;
  EXPECT_EQ(causes(judge(config)), (Ids{"trailing-slash-redirect"}));
}

TEST(routing, ssl_redirect) {
  auto config = two_apps();
  config.rules.hosts.front().redirect_to_https = true;
  const auto verdict = judge(config);
  EXPECT_EQ(causes(verdict), (Ids{"ssl-redirect"}));
  EXPECT_EQ(verdict.traits.at("redirect.status"), "308");
}

const char* const forwarded = R"(
routes:
  - send: {path: /app1}
    expect: {service: app1, seen: {path: /app1, headers: {X-Forwarded-Proto: http}}}
)";

TEST(routing, forwarded_header_missing) {
  auto config = two_apps();
  EXPECT_EQ(to_string(judge(config, forwarded).kind), "pass");
  config.rules.forwarded_proto = false;
  const auto verdict = judge(config, forwarded);
  EXPECT_EQ(causes(verdict), (Ids{"forwarded-header-missing"}));
  EXPECT_EQ(verdict.findings.front().place.line, 4);
}

TEST(routing, stale_replica) {
  auto config = two_apps();
  config.replicas = 3;
  config.stale = config.rules;
  config.stale->hosts.front().paths.front().service = "app2";
  const auto verdict = judge(config);
  EXPECT_EQ(causes(verdict), (Ids{"stale-replica"}));
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_LT(verdict.findings.front().broke, verdict.findings.front().of);
  EXPECT_NE(verdict.findings.front().actual.find("after the first request"), std::string::npos);
}

TEST(routing, stale_replica_without_the_rule_at_all) {
  auto config = two_apps();
  config.replicas = 2;
  config.stale = config.rules;
  config.stale->hosts.clear();
  EXPECT_EQ(causes(judge(config)), (Ids{"stale-replica"}));
}

TEST(routing, every_listed_cause_is_reached_by_a_test_here) {
  // The tests above and in under_test.cc, by cause; a new cause needs one of its own.
  const Ids tested = {"nothing-adopted",
                      "host-not-matched",
                      "path-not-matched",
                      "no-endpoints",
                      "wrong-service",
                      "default-backend",
                      "prefix-without-element-boundary",
                      "regex-mode",
                      "path-order",
                      "stale-replica",
                      "wildcard-too-wide",
                      "wildcard-too-narrow",
                      "trailing-slash-redirect",
                      "ssl-redirect",
                      "forwarded-header-missing",
                      "refused-under-load"};
  Ids listed;
  for (const auto& cause : checks::routing.causes) listed.push_back(cause.id);
  EXPECT_EQ(listed, tested);
}

TEST(routing, each_way_of_not_answering_has_its_own_sentence) {
  std::vector<std::string> sentences;
  for (const auto outcome :
       {Outcome::unresolved, Outcome::refused, Outcome::connect_timeout, Outcome::timeout,
        Outcome::tls_error, Outcome::malformed, Outcome::reset}) {
    auto config = two_apps();
    config.down = outcome;
    const auto done = practice::examine(checks::routing, table, subject(), config);
    EXPECT_EQ(to_string(done.verdict.kind), "fail");
    EXPECT_EQ(done.sent, 5U) << "a route that does not answer is asked once";
    EXPECT_FALSE(done.verdict.notes.empty());
    sentences.push_back(done.verdict.summary);
  }
  EXPECT_EQ(sentences.at(0), "the name frieza.dev has no address");
  EXPECT_EQ(sentences.at(1), "192.0.2.1:80 refuses connections: nothing listens there");
  EXPECT_EQ(sentences.at(3), "192.0.2.1:80 accepts connections but never answers");
  std::ranges::sort(sentences);
  EXPECT_EQ(std::ranges::adjacent_find(sentences), sentences.end());
}

TEST(routing, our_own_lack_of_ports_is_not_the_targets_failure) {
  auto config = two_apps();
  config.down = Outcome::local;
  EXPECT_EQ(to_string(judge(config).kind), "inconclusive");
}

TEST(routing, a_404_of_an_application_is_not_one_of_the_ingress) {
  auto config = two_apps();
  config.rules.services.front().status = 404;
  EXPECT_EQ(to_string(judge(config, "routes: [{path: /app1, status: 404, from: app}]").kind),
            "pass");
  EXPECT_EQ(to_string(judge(config, "routes: [{path: /app1, status: 404, from: ingress}]").kind),
            "fail");
}

TEST(routing, a_guessed_profile_never_fails) {
  auto of = subject();
  of.controller_guessed = true;
  const auto verdict = judge(two_apps(), "routes: [{path: /x, status: 404, from: app}]", of);
  EXPECT_EQ(to_string(verdict.kind), "inconclusive");
  of.controller = generic_profile();
  const auto open = judge(two_apps(), "routes: [{path: /x, status: 404, from: ingress}]", of);
  EXPECT_EQ(to_string(open.kind), "inconclusive");
  ASSERT_FALSE(open.findings.empty());
  EXPECT_NE(open.findings.front().actual.find("controller: ingress-nginx@1.x"), std::string::npos);
}

TEST(routing, every_resolved_address_is_asked) {
  auto config = two_apps();
  config.addresses = 2;
  auto of = subject();
  of.addresses = 2;
  config.twist = [](const Request&, Exchange& exchange) {
    if (exchange.address != "192.0.2.2:80") return;
    exchange.who = {};
    exchange.status = 404;
    exchange.body = nginx_page(404).body;
  };
  const auto verdict = judge(config, "routes: [{path: /app1, service: app1}]", of);
  EXPECT_EQ(to_string(verdict.kind), "fail");
  EXPECT_NE(verdict.findings.front().actual.find("at 192.0.2.2:80"), std::string::npos);
}

TEST(routing, mistakes_that_no_table_can_say) {
  const auto first = [](const std::string& yaml) {
    const auto errors = practice::mistakes(checks::routing, yaml);
    return errors.empty() ? std::string("none") : errors.front().what;
  };
  EXPECT_EQ(first("routes: []"), "no route to ask");
  EXPECT_EQ(first("routes: [{path: /a, expect: {status: 200}}]"), "`expect` belongs to `send`");
  EXPECT_EQ(first("routes: [{send: {path: /a}, status: 200}]"), "`status` beside `send`");
  EXPECT_NE(first("routes: [{path: /a, from: ingress, service: app1}]"), "none");
  EXPECT_NE(first("routes: [{service: app1}]"), "none");
  EXPECT_NE(first("{}"), "none");
}

TEST(routing, sends_no_more_than_it_declares) {
  const auto params = practice::params(checks::routing, table);
  const auto bounds = checks::routing.bounds(params, subject());
  const auto done = practice::examine(checks::routing, table, subject(), two_apps());
  EXPECT_LE(done.sent, bounds.requests);
  EXPECT_GT(bounds.time.count(), 0);
}

}  // namespace

}  // namespace ingress_check
