// distribution against simulated ingresses: what is right passes, each cause is reached.
#include <gtest/gtest.h>

#include <algorithm>

#include "checks/alpha.h"
#include "checks/balance/distribution/picks.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check distribution;
}

namespace {

using std::chrono::milliseconds;

std::vector<std::string> named(std::size_t pods) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < pods; ++i)
    names.push_back("app1-" + std::string(1, static_cast<char>('a' + i)));
  return names;
}

FakeConfig balanced(FakeBalance how, std::size_t pods = 3, int replicas = 1,
                    std::uint64_t seed = 1) {
  auto config = practice::two_apps();
  config.rules.services[0].pods = named(pods);
  config.replicas = replicas;
  config.balance["app1"] = std::move(how);
  config.load.any.sigma = 0.05;
  config.seed = seed;
  return config;
}

Verdict judge(const std::string& words, const FakeConfig& config) {
  auto subject = practice::subject();
  subject.alpha = share_of_alpha(20);
  return practice::examine(checks::distribution, "path: /app1\n" + words, subject, config).verdict;
}

using practice::told;

void expect_pass(const std::string& words, const FakeConfig& config, const std::string& policy) {
  const auto verdict = judge(words, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << words << "\n" << told(verdict);
  ASSERT_TRUE(verdict.traits.contains("balance.policy")) << told(verdict);
  EXPECT_EQ(verdict.traits.at("balance.policy"), policy) << told(verdict);
}

void expect_cause(const std::string& words, const FakeConfig& config, const std::string& cause) {
  const auto verdict = judge(words, config);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail) << words << "\n" << told(verdict);
  ASSERT_FALSE(verdict.diagnoses.empty()) << told(verdict);
  EXPECT_EQ(verdict.diagnoses.front().cause, cause) << told(verdict);
}

TEST(distribution, round_robin_passes_with_any_number_of_balancers_and_with_others_in_between) {
  for (const int workers : {1, 4, 32})
    for (const int replicas : {1, 3})
      for (const double others : {0.0, 50.0, 5000.0})
        for (const std::size_t pods : {2u, 5u, 20u})
          EXPECT_EQ(judge("policy: round-robin",
                          balanced({.workers = workers, .others = others}, pods, replicas))
                        .kind,
                    Verdict::Kind::pass)
              << workers << " " << replicas << " " << others << " " << pods;
}

// Each of 48 balancers begins at a pod of its own; their turns repeat the same uneven pattern.
TEST(distribution, turns_of_many_balancers_that_hang_together_are_no_preference) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const auto verdict =
        judge("policy: round-robin", balanced({.workers = 16}, 20, 3, 1'000'003 * seed));
    EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << seed << "\n" << told(verdict);
  }
}

TEST(distribution, turns_are_recognised) {
  expect_pass("policy: round-robin\npods: 3", balanced({}), "round-robin");
  expect_pass("policy: round-robin\nexclusive: true\nworkers: 4\nreplicas: 2",
              balanced({.workers = 4}, 3, 2), "round-robin");
  const auto one = judge("policy: round-robin", balanced({}));
  EXPECT_NE(told(one).find("round robin by one balancer; not ruled out: least connections"),
            std::string::npos)
      << told(one);
}

/// Picks of two pods over kept connections.
distribution::Picks kept(const std::function<std::uint32_t(std::uint32_t)>& connection,
                         const std::function<std::uint16_t(std::uint32_t, std::uint32_t)>& pod) {
  distribution::Picks picks;
  picks.pods = {"a", "b"};
  picks.counts = {0, 0};
  for (std::uint32_t i = 0; i < 400; ++i) {
    picks.connections.push_back(connection(i));
    picks.order.push_back(pod(i, picks.connections.back()));
    ++picks.counts[picks.order.back()];
  }
  return picks;
}

// Seen on a real nginx: two pods in turn, over connections that are used in turn.
TEST(distribution, connections_that_keep_step_with_turns_are_not_pinned) {
  const auto turns = [](std::uint32_t i, std::uint32_t) -> std::uint16_t { return i % 2; };
  const auto pinned = [](std::uint32_t, std::uint32_t connection) -> std::uint16_t {
    return connection % 2;
  };
  const auto in_turn = [](std::uint32_t i) { return i % 8; };
  const auto by_chance = [](std::uint32_t i) { return i * 2654435761u >> 29; };
  EXPECT_FALSE(kept(in_turn, turns).connections_are_pinned());
  EXPECT_FALSE(kept(by_chance, turns).connections_are_pinned());
  EXPECT_TRUE(kept(by_chance, pinned).connections_are_pinned());
  EXPECT_FALSE(kept(in_turn, pinned).connections_are_pinned()) << "nobody can tell these apart";
}

TEST(distribution, random_weighted_and_least_connections_and_ewma_pass) {
  expect_pass("policy: random", balanced({.policy = FakePolicy::random}), "random");
  expect_pass("policy: weighted\nweights: {app1-a: 70, app1-b: 30}",
              balanced({.policy = FakePolicy::weighted, .weights = {7, 3}}, 2), "weighted");
  expect_pass("policy: ewma\nslow: 40ms", balanced({.policy = FakePolicy::ewma}), "ewma");
  expect_pass("policy: least-connections",
              balanced({.policy = FakePolicy::least_connections, .workers = 2}),
              "least-connections");
}

TEST(distribution, another_policy_than_the_stated_one_is_caught) {
  expect_cause("policy: round-robin\nexclusive: true", balanced({.policy = FakePolicy::random}),
               "policy-ignored");
  expect_cause("policy: round-robin", balanced({.policy = FakePolicy::ewma}), "policy-ignored");
  expect_cause("policy: random", balanced({.workers = 4}), "policy-ignored");
  expect_cause("policy: random", balanced({.policy = FakePolicy::ewma}), "policy-ignored");
  for (const auto policy : {FakePolicy::round_robin, FakePolicy::random})
    for (const auto* asked : {"policy: ewma\nslow: 40ms", "policy: least-connections"})
      expect_cause(asked, balanced({.policy = policy}), "policy-ignored");
  expect_cause("policy: least-connections", balanced({.policy = FakePolicy::ewma}),
               "policy-ignored");
}

TEST(distribution, pods_that_get_nothing_too_much_or_are_others) {
  FakeBalance without;
  without.absences = {{.pod = 2, .from = {}, .to = std::chrono::hours(24)}};
  expect_cause("policy: round-robin\npods: 3", balanced(without), "pod-never-chosen");
  expect_cause("policy: round-robin\npods: [app1-a, app1-b, app1-c]", balanced(without),
               "pod-never-chosen");
  expect_cause("policy: round-robin\npods: [app1-a, app1-b]", balanced({}), "other-pods");
  auto twice = balanced({}, 4);
  twice.rules.services[0].pods = {"app1-a", "app1-b", "app1-c", "app1-a"};
  expect_cause("policy: round-robin\npods: 3\nexclusive: true", twice, "pod-favoured");
  expect_cause("policy: random",
               balanced({.policy = FakePolicy::weighted, .weights = {2, 1, 1, 1}}, 4),
               "pod-favoured");
  expect_cause("policy: round-robin\npods: 3", balanced({.policy = FakePolicy::by_client}),
               "clients-pinned");
  expect_cause("policy: ewma\npods: 3", balanced({.policy = FakePolicy::by_client}),
               "clients-pinned");
  expect_cause("policy: random\npods: 3", balanced({.policy = FakePolicy::by_connection}),
               "connections-pinned");
}

TEST(distribution, weights_that_are_swapped_or_off) {
  const std::string words = "policy: weighted\nweights: {app1-a: 70, app1-b: 30}";
  expect_cause(words, balanced({.policy = FakePolicy::weighted, .weights = {3, 7}}, 2),
               "weights-swapped");
  expect_cause(words, balanced({.policy = FakePolicy::weighted, .weights = {62, 38}}, 2),
               "weights-off");
  expect_cause(words, balanced({.policy = FakePolicy::weighted, .weights = {70, 30, 20}}, 3),
               "other-pods");
  // A weight may name all pods of a service.
  const auto verdict = judge("policy: weighted\nweights: {app1: 1, app2: 1}", balanced({}));
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
}

// Other pods are slower by themselves than the one that is slowed down: ewma is right to keep it.
TEST(distribution, pods_that_are_as_slow_by_themselves_are_no_policy_ignored) {
  for (const auto* asked : {"policy: ewma\nslow: 20ms", "policy: least-connections\nslow: 60ms"}) {
    const auto policy = std::string_view(asked).find("ewma") != std::string_view::npos
                            ? FakePolicy::ewma
                            : FakePolicy::least_connections;
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
      auto config = balanced({.policy = policy}, 3, 1, seed);
      for (const auto* pod : {"app1-b", "app1-c"}) {
        config.load.pods[pod] = config.load.any;
        config.load.pods[pod].latency = milliseconds(90);
      }
      const auto verdict = judge(asked, config);
      EXPECT_NE(verdict.kind, Verdict::Kind::fail) << asked << "\n" << told(verdict);
    }
  }
}

// Delays that come and go, larger than the slowness: what one answer took says little.
TEST(distribution, a_machine_that_delays_answers_is_no_policy_ignored) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    auto config = balanced({.policy = FakePolicy::ewma}, 3, 1, 1'000'003 * seed);
    config.load.any.latency = milliseconds(10);
    config.load.any.sigma = 1.5;
    config.load.wander = 0.5;
    const auto verdict = judge("policy: ewma\nslow: 20ms", config);
    EXPECT_NE(verdict.kind, Verdict::Kind::fail) << seed << "\n" << told(verdict);
  }
}

TEST(distribution, a_pod_that_is_never_forgiven) {
  expect_cause("policy: ewma\nslow: 40ms",
               balanced({.policy = FakePolicy::ewma, .forgives = false}), "never-forgiven");
}

TEST(distribution, what_cannot_be_judged_is_no_pass) {
  EXPECT_EQ(judge("policy: round-robin", balanced({}, 1)).kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(judge("policy: ewma", balanced({}, 1)).kind, Verdict::Kind::inconclusive);
  auto silent = balanced({});
  silent.rules.services[0].silent = true;
  EXPECT_EQ(judge("policy: random", silent).kind, Verdict::Kind::not_supported);
  EXPECT_EQ(judge("policy: ewma", silent).kind, Verdict::Kind::not_supported);
  auto down = balanced({});
  down.down = Outcome::refused;
  EXPECT_EQ(judge("policy: round-robin", down).kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(judge("policy: least-connections", down).kind, Verdict::Kind::inconclusive);
}

TEST(distribution, mistakes_that_no_table_can_say) {
  const auto mistakes = [](const std::string& words) {
    return practice::mistakes(checks::distribution, "path: /app1\n" + words).size();
  };
  EXPECT_EQ(mistakes("policy: weighted"), 1u);
  EXPECT_EQ(mistakes("policy: random\nweights: {a: 1, b: 2}"), 1u);
  EXPECT_EQ(mistakes("policy: random\nslow: 20ms"), 1u);
  EXPECT_EQ(mistakes("policy: random\npods: 1"), 1u);
  EXPECT_EQ(mistakes("policy: roundrobin"), 1u);
  EXPECT_EQ(mistakes("policy: ewma\npods: [a, b]\nslow: 20ms"), 0u);
}

TEST(alpha, is_shared_by_all_tests_of_a_run) {
  Scenario scenario;
  CheckItem item;
  item.check = "distribution";
  const auto params = practice::params(checks::distribution, "path: /app1\npolicy: round-robin");
  item.trials.resize(2);
  for (auto& trial : item.trials) trial.params = params;
  scenario.checks = {item, item};
  const auto each = checks::distribution.tests(params);
  EXPECT_GE(each, 3u);
  EXPECT_EQ(statistical_tests({&scenario, 1}), 4 * each);
  EXPECT_DOUBLE_EQ(share_of_alpha(4 * each) * 4 * static_cast<double>(each), run_alpha);
  EXPECT_DOUBLE_EQ(share_of_alpha(0), run_alpha);
}

}  // namespace
}  // namespace ingress_check
