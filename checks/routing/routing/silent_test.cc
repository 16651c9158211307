// Backends that say nothing about themselves: what they do not tell is never counted as a pass.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check routing;
}

namespace {

using practice::subject;
using practice::two_apps;

Verdict judge(const FakeConfig& config, const std::string& yaml) {
  return practice::examine(checks::routing, yaml, subject(), config).verdict;
}

FakeConfig silent() {
  auto config = two_apps();
  for (auto& service : config.rules.services) service.silent = true;
  return config;
}

TEST(routing_silent, a_service_that_is_not_told_is_not_supported) {
  const auto verdict =
      judge(silent(), "routes: [{path: /app1, service: app1}, {path: /x, status: 404}]");
  EXPECT_EQ(to_string(verdict.kind), "not supported");
  EXPECT_EQ(verdict.summary,
            "1 of 2 routes not judged in full: the backend does not tell its service");
  ASSERT_FALSE(verdict.not_shown.empty());
  EXPECT_NE(verdict.not_shown.front().find("answered-by"), std::string::npos);
}

TEST(routing_silent, a_status_that_was_stated_as_well_does_not_make_it_a_pass) {
  for (const char* more : {"status: 200", "from: app", "within: 5s"}) {
    const auto verdict =
        judge(silent(), fmt::format("routes: [{{path: /app1, service: app1, {}}}]", more));
    EXPECT_NE(to_string(verdict.kind), "pass") << more;
  }
  const auto verdict = judge(silent(), "routes: [{path: /app1, service: app1, status: 200}]");
  EXPECT_EQ(to_string(verdict.kind), "not supported");
  EXPECT_NE(verdict.not_shown.front().find("answered-by"), std::string::npos);
  EXPECT_EQ(verdict.shown.back(), "every status, and whatever else was stated, as expected");
}

TEST(routing_silent, pod_and_sight_that_are_not_told_are_not_supported_either) {
  const auto pod = judge(silent(), "routes: [{path: /app1, pod: app1-a, status: 200}]");
  EXPECT_EQ(to_string(pod.kind), "not supported");
  EXPECT_NE(pod.summary.find("tell its pod"), std::string::npos) << pod.summary;

  auto blind = two_apps();
  blind.sees = false;
  const auto seen = judge(blind,
                          "routes: [{send: {path: /app1}, expect: {service: app1, status: 200, "
                          "seen: {path: /app1}}}]");
  EXPECT_EQ(to_string(seen.kind), "not supported");
  EXPECT_NE(seen.summary.find("tell what the pod saw"), std::string::npos) << seen.summary;
}

TEST(routing_silent, what_can_be_seen_still_fails) {
  auto config = silent();
  config.rules.hosts.front().paths.pop_back();
  EXPECT_EQ(to_string(judge(config, "routes: [{path: /app1, service: app1}, {path: /app2}]").kind),
            "fail");
}

/// Nothing tells the page of the ingress from that of a silent backend that is nginx itself.
TEST(routing_silent, who_sent_a_page_of_nginx_stays_open) {
  const auto verdict =
      judge(silent(), "routes: [{path: /app1}, {path: /app1x, status: 404, from: ingress}]");
  EXPECT_EQ(to_string(verdict.kind), "inconclusive") << verdict.summary;
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_NE(verdict.findings.front().actual.find("answered-by"), std::string::npos);
}

TEST(routing_silent, judged_by_what_can_be_seen) {
  auto config = silent();
  const char* const plain = "routes: [{path: /app1}, {path: /app1x, status: 404}]";
  EXPECT_EQ(to_string(judge(config, plain).kind), "pass");
  config.rules.hosts.front().paths.front().type = FakePathType::raw_prefix;
  const auto verdict = judge(config, plain);
  EXPECT_EQ(to_string(verdict.kind), "fail");
  ASSERT_FALSE(verdict.diagnoses.empty());
  EXPECT_EQ(verdict.diagnoses.front().cause, "prefix-without-element-boundary");
}

}  // namespace

}  // namespace ingress_check
