// canary against simulated ingresses: what is right passes, each cause is reached.
#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check canary;
}

namespace {

constexpr const char* services = "path: /app1\nstable: app1\ncanary: app1-canary\n";
constexpr const char* all_words = "weight: 20%\nheader: X-Canary\ncookie: canary";

FakeConfig with_canary(double weight, std::string header = "X-Canary",
                       std::string cookie = "canary") {
  auto config = practice::two_apps();
  config.rules.services.push_back({"app1-canary", {"app1-canary-a"}});
  config.rules.canaries = {{.of = "app1",
                            .service = "app1-canary",
                            .weight = weight,
                            .header = std::move(header),
                            .cookie = std::move(cookie)}};
  return config;
}

Subject of(const std::string& controller, bool guessed = false) {
  auto subject = practice::subject();
  subject.controller = *find_profile(controller);
  subject.controller_guessed = guessed;
  return subject;
}

Verdict judge(const std::string& words, const FakeConfig& config,
              const Subject& subject = practice::subject()) {
  return practice::examine(checks::canary, services + words, subject, config).verdict;
}

using practice::told;

void expect_kind(Verdict::Kind kind, const Verdict& verdict) {
  EXPECT_EQ(verdict.kind, kind) << told(verdict);
}

void expect_causes(const std::string& words, const FakeConfig& config,
                   const std::vector<std::string>& causes) {
  const auto verdict = judge(words, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << words << "\n" << told(verdict);
  std::vector<std::string> named;
  for (const auto& diagnosis : verdict.diagnoses) named.push_back(diagnosis.cause);
  EXPECT_EQ(named, causes) << words << "\n" << told(verdict);
}

TEST(canary, passes_with_any_of_its_words) {
  for (const auto* words : {all_words, "weight: 20%", "header: X-Canary", "cookie: canary",
                            "header: x-canary\ncookie: canary"}) {
    const auto verdict = judge(words, with_canary(0.2));
    expect_kind(Verdict::Kind::pass, verdict);
    EXPECT_FALSE(verdict.shown.empty());
  }
  const auto verdict = judge(all_words, with_canary(0.2));
  EXPECT_EQ(verdict.traits.at("canary.precedence"), "header, cookie, weight");
}

TEST(canary, passes_where_the_weight_is_nothing_or_all) {
  for (const auto& [words, weight] : {std::pair("weight: 0%\nheader: X-Canary", 0.0),
                                      std::pair("weight: 100%\nheader: X-Canary", 1.0)})
    expect_kind(Verdict::Kind::pass, judge(words, with_canary(weight)));
  expect_causes("weight: 0%", with_canary(0.05), {"canary-weight-off"});
  expect_causes("weight: 100%", with_canary(0.9), {"canary-weight-off"});
}

TEST(canary, words_that_are_not_heeded) {
  expect_causes(all_words, with_canary(0.2, ""), {"header-ignored"});
  expect_causes(all_words, with_canary(0.2, "X-Canary", ""), {"cookie-ignored"});
  expect_causes(all_words, with_canary(0.2, "", ""), {"header-ignored", "cookie-ignored"});
  // A rare canary, which `never` hardly meets by chance.
  expect_causes("weight: 3%\nheader: X-Canary", with_canary(0.03, ""), {"header-ignored"});
}

TEST(canary, one_replica_that_does_not_know_of_it) {
  auto config = with_canary(0.2);
  config.replicas = 3;
  config.stale = config.rules;
  config.stale->canaries[0].header.clear();
  const auto verdict = judge("weight: 20%\nheader: X-Canary", config);
  expect_kind(Verdict::Kind::fail, verdict);
  ASSERT_FALSE(verdict.diagnoses.empty());
  EXPECT_EQ(verdict.diagnoses[0].cause, "header-ignored");
  EXPECT_FALSE(verdict.diagnoses[0].separates.empty());
}

TEST(canary, no_canary_at_all) {
  auto config = with_canary(0.2);
  config.rules.canaries.clear();
  expect_causes(all_words, config, {"not-a-canary"});
  expect_causes("weight: 20%", config, {"not-a-canary"});
  // Without a weight nothing tells it from a header that is not heeded.
  expect_causes("header: X-Canary", config, {"not-a-canary", "header-ignored"});
}

TEST(canary, weights_that_are_others) {
  expect_causes("weight: 20%", with_canary(0.8), {"canary-weights-swapped"});
  expect_causes("weight: 80%", with_canary(0.2), {"canary-weights-swapped"});
  expect_causes("weight: 20%", with_canary(0.27), {"canary-weight-off"});
  expect_causes("weight: 20%", with_canary(0.13), {"canary-weight-off"});
  expect_causes("weight: 5%", with_canary(0), {"not-a-canary"});
  expect_causes(all_words, with_canary(0), {"canary-weight-off"});
}

TEST(canary, the_profile_says_what_decides_first) {
  auto reversed = with_canary(0.2);
  reversed.rules.canaries[0].cookie_first = true;
  expect_causes(all_words, reversed, {"precedence-reversed"});
  expect_kind(Verdict::Kind::inconclusive,
              judge(all_words, reversed, of("ingress-nginx@1.x", true)));
  const auto open = judge(all_words, reversed, of("generic"));
  expect_kind(Verdict::Kind::pass, open);
  EXPECT_EQ(open.traits.at("canary.precedence"), "cookie, header, weight");
  ASSERT_EQ(open.notes.size(), 1u);
  auto cookie_first = practice::subject();
  cookie_first.controller.traits["canary.precedence"] = {"cookie, header, weight", "a test"};
  expect_kind(Verdict::Kind::pass, judge(all_words, reversed, cookie_first));
  expect_kind(Verdict::Kind::fail, judge(all_words, with_canary(0.2), cookie_first));
}

TEST(canary, a_third_service_answers) {
  auto config = with_canary(0.2);
  config.rules.hosts[0].paths[0].service = "app2";
  expect_causes("weight: 20%", config, {"neither-service"});
  expect_causes("header: X-Canary", config, {"neither-service"});
}

TEST(canary, answers_that_do_not_tell_may_be_of_either) {
  auto silent = with_canary(0.2);
  for (auto& service : silent.rules.services) service.silent = true;
  expect_kind(Verdict::Kind::not_supported, judge(all_words, silent));
  expect_kind(Verdict::Kind::not_supported, judge("weight: 20%", silent));
  auto down = with_canary(0.2);
  down.down = Outcome::refused;
  expect_kind(Verdict::Kind::inconclusive, judge(all_words, down));
  auto failing = with_canary(0.2);
  failing.load.errors = 0.05;
  expect_kind(Verdict::Kind::inconclusive, judge("weight: 20%", failing));
  // All of the missing together could not mend this one.
  failing.rules.canaries[0].weight = 0.5;
  expect_causes("weight: 20%", failing, {"canary-weight-off"});
  auto pages = with_canary(0.2);
  pages.twist = [](const Request& request, Exchange& exchange) {
    if (request.headers.find("X-Canary") != "always") return;
    exchange.status = 503;
    exchange.who = {};
  };
  expect_kind(Verdict::Kind::inconclusive, judge("header: X-Canary", pages));
}

TEST(canary, pods_that_name_themselves_alone_are_told_apart_by_their_names) {
  auto config = with_canary(0.2);
  config.twist = [](const Request&, Exchange& exchange) { exchange.who.service.clear(); };
  expect_kind(Verdict::Kind::pass, judge("header: X-Canary\ncookie: canary", config));
}

TEST(canary, is_one_test_where_chance_decides) {
  const auto tests = [](const std::string& words) {
    return checks::canary.tests(practice::params(checks::canary, services + words));
  };
  EXPECT_EQ(tests(all_words), 1u);
  EXPECT_EQ(tests("header: X-Canary"), 0u);
  EXPECT_EQ(tests("weight: 0%"), 0u);
  EXPECT_EQ(tests("weight: 100%"), 0u);
}

TEST(canary, mistakes_that_no_table_can_say) {
  const auto mistakes = [](const std::string& words) {
    return practice::mistakes(checks::canary, services + words).size();
  };
  EXPECT_EQ(mistakes("weight: 20%"), 0u);
  EXPECT_EQ(mistakes(""), 1u);
  EXPECT_EQ(mistakes("header: 'a b'"), 1u);
  EXPECT_EQ(mistakes("header: cookie"), 1u);
  EXPECT_EQ(mistakes("cookie: 'a=b'"), 1u);
  EXPECT_EQ(mistakes("weight: 20%\nheaders: {Cookie: a=b}"), 1u);
  EXPECT_EQ(mistakes("header: X-Canary\nheaders: {x-canary: always}"), 1u);
  EXPECT_EQ(practice::mistakes(checks::canary, "path: /\nstable: a\ncanary: a\nweight: 1%").size(),
            1u);
}

}  // namespace
}  // namespace ingress_check
