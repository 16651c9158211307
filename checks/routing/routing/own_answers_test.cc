// What the applications answer themselves is not blamed on the ingress.
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

Verdict judge(const FakeConfig& config, const std::string& yaml) {
  return practice::examine(checks::routing, yaml, subject(), config).verdict;
}

bool notes_own_answer(const Verdict& verdict) {
  return std::ranges::any_of(verdict.notes, [](const std::string& note) {
    return note.find("the application's own") != std::string::npos;
  });
}

const char* const one_route = "routes: [{path: /app1, service: app1}]";

TEST(routing_own_answers, one_pod_that_fails_is_no_stale_replica) {
  auto config = two_apps();
  config.twist = [](const Request&, Exchange& exchange) {
    if (exchange.who.pod == "app1-a") exchange.status = 500;
  };
  const auto verdict = judge(config, one_route);
  EXPECT_EQ(to_string(verdict.kind), "fail");
  EXPECT_TRUE(verdict.diagnoses.empty()) << verdict.diagnoses.front().cause;
  EXPECT_TRUE(notes_own_answer(verdict));
}

TEST(routing_own_answers, an_application_may_redirect) {
  for (const char* to : {"/app1/", "https://frieza.dev/login"}) {
    auto config = two_apps();
    config.twist = [to](const Request&, Exchange& exchange) {
      exchange.status = 302;
      exchange.headers.add("Location", to);
    };
    const auto verdict = judge(config, one_route);
    EXPECT_EQ(to_string(verdict.kind), "fail");
    EXPECT_TRUE(verdict.diagnoses.empty()) << verdict.diagnoses.front().cause;
    EXPECT_TRUE(notes_own_answer(verdict));
  }
}

TEST(routing_own_answers, a_404_that_is_not_the_ingress_s_page) {
  for (const bool silent : {false, true}) {
    auto config = two_apps();
    config.rules.services.front().silent = silent;
    config.rules.services.front().status = 404;
    config.rules.services.front().body = "no such page";
    const auto verdict = judge(config, one_route);
    EXPECT_EQ(to_string(verdict.kind), "fail");
    EXPECT_TRUE(verdict.diagnoses.empty()) << verdict.diagnoses.front().cause;
    EXPECT_TRUE(notes_own_answer(verdict));
  }
}

TEST(routing_own_answers, a_silent_503_may_be_the_application_s) {
  auto config = two_apps();
  config.rules.services.front().silent = true;
  config.rules.services.front().status = 503;
  const auto verdict = judge(config, one_route);
  ASSERT_FALSE(verdict.diagnoses.empty());
  EXPECT_EQ(verdict.diagnoses.front().cause, "no-endpoints");
  EXPECT_NE(verdict.diagnoses.front().separates.find("pod's log"), std::string::npos);
}

TEST(routing_own_answers, a_404_of_an_unknown_controller_may_be_the_application_s) {
  auto config = two_apps();
  config.rules.services.front().silent = true;
  config.rules.services.front().status = 404;
  auto of = subject();
  of.controller = generic_profile();
  of.controller_guessed = true;
  const auto verdict =
      practice::examine(checks::routing, "routes: [{path: /app1, status: 200}, {path: /app2}]", of,
                        config)
          .verdict;
  ASSERT_FALSE(verdict.diagnoses.empty());
  EXPECT_EQ(verdict.diagnoses.front().cause, "path-not-matched");
  EXPECT_NE(verdict.diagnoses.front().separates.find("pod's log"), std::string::npos);
}

TEST(routing_own_answers, a_404_now_and_then_is_not_everything) {
  auto config = two_apps();
  config.twist = [kept = 0](const Request& request, Exchange& exchange) mutable {
    if (request.reuse != Reuse::kept || ++kept == 1) return;
    exchange.status = 404;
    exchange.body = nginx_page(404).body;
    exchange.who = {};
  };
  const auto verdict = judge(config, one_route);
  EXPECT_EQ(to_string(verdict.kind), "fail");
  EXPECT_EQ(verdict.summary.find("everything"), std::string::npos) << verdict.summary;
  ASSERT_EQ(verdict.diagnoses.size(), 1U);
  EXPECT_EQ(verdict.diagnoses.front().cause, "stale-replica");
  EXPECT_NE(verdict.diagnoses.front().text.find("2 of 15 times"), std::string::npos);
}

TEST(routing_own_answers, a_catch_all_without_a_name_may_be_a_default_backend) {
  auto config = two_apps();
  config.rules.hosts = {{"a.foo.com", {{"/", FakePathType::prefix, "app1"}}}};
  config.rules.services.front().silent = true;
  config.rules.default_service = "app1";
  const auto verdict = judge(config, R"(
routes:
  - {url: "http://a.foo.com/"}
  - {url: "http://b.a.foo.com/", status: 404}
)");
  std::vector<std::string> ids;
  for (const auto& diagnosis : verdict.diagnoses) {
    ids.push_back(diagnosis.cause);
    EXPECT_FALSE(diagnosis.separates.empty()) << diagnosis.cause;
  }
  EXPECT_TRUE(std::ranges::count(ids, "default-backend")) << verdict.summary;
}

}  // namespace

}  // namespace ingress_check
