// stickiness against simulated ingresses: what is right passes, each cause is reached.
#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check stickiness;
}

namespace {

FakeConfig sticky(FakeCookie cookie, int replicas = 1) {
  auto config = practice::two_apps();
  config.rules.services[0].pods = {"app1-a", "app1-b", "app1-c"};
  config.replicas = replicas;
  config.balance["app1"] = {.workers = 4, .cookie = std::move(cookie)};
  return config;
}

Verdict judge(const std::string& words, const FakeConfig& config, bool guessed = false) {
  auto subject = practice::subject();
  subject.controller_guessed = guessed;
  return practice::examine(checks::stickiness, "path: /app1\n" + words, subject, config).verdict;
}

using practice::told;

void expect_cause(const std::string& words, const FakeConfig& config, const std::string& cause) {
  const auto verdict = judge(words, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << words << "\n" << told(verdict);
  ASSERT_FALSE(verdict.diagnoses.empty()) << told(verdict);
  EXPECT_EQ(verdict.diagnoses.front().cause, cause) << told(verdict);
}

TEST(stickiness, passes_in_every_mode_with_any_number_of_replicas) {
  for (const auto mode : {FakeCookie::Mode::balanced, FakeCookie::Mode::persistent})
    for (const int replicas : {1, 3}) {
      const auto verdict = judge("pods: 3\nset: once\nhttp-only: true\ncookie-path: /",
                                 sticky({.mode = mode}, replicas));
      EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << told(verdict);
      EXPECT_EQ(verdict.traits.at("cookie.set"), "once");
      ASSERT_FALSE(verdict.notes.empty());
      EXPECT_EQ(verdict.notes[0].find("replaced") != std::string::npos,
                mode == FakeCookie::Mode::persistent);
    }
  const auto alb = judge("cookie: AWSALB\nset: always\nhttp-only: false\npods: 3",
                         sticky({.name = "AWSALB",
                                 .mode = FakeCookie::Mode::persistent,
                                 .always = true,
                                 .attributes = "; Path=/"}));
  EXPECT_EQ(alb.kind, Verdict::Kind::pass) << told(alb);
}

TEST(stickiness, the_cookie_itself_can_be_wrong) {
  expect_cause("http-only: true", sticky({.attributes = "; Path=/"}), "readable-by-scripts");
  expect_cause("", sticky({.attributes = "; Path=/"}), "readable-by-scripts");
  expect_cause("cookie-path: /", sticky({.attributes = "; Path=/app1; HttpOnly"}),
               "wrong-cookie-path");
  expect_cause("", sticky({.attributes = "; Path=/app2; HttpOnly"}), "wrong-cookie-path");
  expect_cause("same-site: Lax", sticky({}), "wrong-attributes");
  expect_cause("max-age: 48h", sticky({.attributes = "; Path=/; Max-Age=60; HttpOnly"}),
               "wrong-attributes");
  expect_cause("cookie: OTHER", sticky({}), "no-cookie");
  expect_cause("set: once", sticky({.always = true}), "set-on-every-response");
  expect_cause("", sticky({.always = true}), "set-on-every-response");
  expect_cause("set: always", sticky({}), "set-only-once");
}

TEST(stickiness, a_guessed_controller_fails_nobody) {
  EXPECT_EQ(judge("cookie: INGRESSCOOKIE", sticky({.always = true}), true).kind,
            Verdict::Kind::inconclusive);
  EXPECT_EQ(judge("cookie: INGRESSCOOKIE", sticky({.attributes = "; Path=/"}), true).kind,
            Verdict::Kind::inconclusive);
  auto none = sticky({});
  none.balance.clear();
  EXPECT_EQ(judge("", none, true).kind, Verdict::Kind::inconclusive);
}

TEST(stickiness, clients_can_lose_their_pod) {
  expect_cause("", sticky({.per_replica = true}, 2), "lost-between-replicas");
  expect_cause("", sticky({.per_connection = true}), "lost-on-reconnect");
  // Two pods hide how many ways there are to read a cookie: both causes are named.
  auto two = sticky({.per_connection = true});
  two.rules.services[0].pods.pop_back();
  const auto verdict = judge("", two);
  ASSERT_EQ(verdict.diagnoses.size(), 2u);
  EXPECT_FALSE(verdict.diagnoses[0].separates.empty());
}

TEST(stickiness, pods_that_get_all_clients_or_none_or_are_dead) {
  expect_cause("pods: 3", sticky({.one_pod = true}), "one-pod-for-all");
  EXPECT_EQ(judge("", sticky({.one_pod = true})).kind, Verdict::Kind::inconclusive);
  auto without = sticky({});
  without.balance["app1"].absences = {{.pod = 1, .from = {}, .to = std::chrono::hours(24)}};
  expect_cause("pods: 3", without, "pod-without-clients");
  auto dead = sticky({});
  dead.twist = [](const Request&, Exchange& exchange) {
    if (exchange.who.pod == "app1-c") {
      exchange.status = 502;
      exchange.who = {};
    }
  };
  for (std::uint64_t seed = 1; seed < 9; ++seed) {
    dead.seed = seed;
    // The first client may itself be pinned to it.
    const auto verdict = judge("pods: 3", dead);
    EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << told(verdict);
    ASSERT_FALSE(verdict.diagnoses.empty()) << told(verdict);
    EXPECT_EQ(verdict.diagnoses[0].cause, "pinned-to-dead-pod") << told(verdict);
  }
}

TEST(stickiness, what_cannot_be_judged_is_no_pass) {
  auto silent = sticky({});
  silent.rules.services[0].silent = true;
  EXPECT_EQ(judge("", silent).kind, Verdict::Kind::not_supported);
  auto down = sticky({});
  down.down = Outcome::refused;
  EXPECT_EQ(judge("", down).kind, Verdict::Kind::inconclusive);
}

TEST(stickiness, a_loss_that_was_none_says_nothing) {
  const std::string words = "pods: 3\nloses-pod: {run: [take, it], at: 5s}";
  auto config = sticky({});
  const auto none = judge(words, config);
  EXPECT_EQ(none.kind, Verdict::Kind::inconclusive) << told(none);
  config.command_status = 1;
  const auto failed = judge(words, config);
  EXPECT_EQ(failed.kind, Verdict::Kind::inconclusive);
  ASSERT_FALSE(failed.findings.empty());
  EXPECT_EQ(failed.findings[0].subject, "the command take it");
}

TEST(stickiness, mistakes_that_no_table_can_say) {
  const auto mistakes = [](const std::string& words) {
    return practice::mistakes(checks::stickiness, "path: /\nloses-pod: " + words).size();
  };
  EXPECT_EQ(mistakes("{run: [a], at: 20s}"), 1u);
  EXPECT_EQ(mistakes("{at: 2s}"), 1u);
  EXPECT_EQ(mistakes("{run: [a], at: 20s, for: 30s, undo: [b]}"), 0u);
  EXPECT_EQ(practice::mistakes(checks::stickiness, "path: /\ncookie: 'a=b'").size(), 1u);
  EXPECT_EQ(practice::mistakes(checks::stickiness, "path: /\nset: often").size(), 1u);
  EXPECT_TRUE(practice::mistakes(checks::stickiness, "path: /\ncookie: SESSION").empty());
}

}  // namespace
}  // namespace ingress_check
