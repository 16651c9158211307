// Errors of judgement, measured: how often a stale replica escapes, how often a correct ingress
// fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check routing;
}

namespace {

/// P(X <= k) for X binomial with n trials of chance p.
double at_most(int k, int n, double p) {
  double sum = 0;
  for (int i = 0; i <= k; ++i)
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) +
                    i * std::log(p) + (n - i) * std::log1p(-p));
  return sum;
}

Verdict judge(const Params& params, const Subject& subject, const FakeConfig& config) {
  FakeIngress ingress(config);
  Watch watch;
  auto done = examine(checks::routing, params, subject, ingress, watch);
  EXPECT_TRUE(done);
  return done ? std::move(done->verdict) : Verdict{};
}

TEST(routing_errors, a_stale_replica_of_three_is_caught_99_times_in_100) {
  constexpr int runs = 2000;
  const auto subject = practice::subject();
  const auto params =
      practice::params(checks::routing, "replicas: 3\nroutes: [{path: /app1, service: app1}]");
  auto config = practice::two_apps();
  config.replicas = 3;
  config.stale = config.rules;
  config.stale->hosts.front().paths.front().service = "app2";
  int missed = 0, misnamed = 0;
  for (int run = 0; run < runs; ++run) {
    config.seed = static_cast<std::uint64_t>(run) + 1;
    const auto verdict = judge(params, subject, config);
    if (verdict.kind != Verdict::Kind::fail)
      ++missed;
    else if (verdict.diagnoses.empty() || verdict.diagnoses.front().cause != "stale-replica")
      ++misnamed;
  }
  fmt::print(
      "a stale replica of 3 escaped {} of {} runs; as few has a chance of {:.4f} if it "
      "escaped 1 in 100\n",
      missed, runs, at_most(missed, runs, 0.01));
  EXPECT_LT(at_most(missed, runs, 0.01), 0.05) << missed << " escaped";
  EXPECT_GT(missed, 0) << "the simulation never misses: it does not simulate chance";
  EXPECT_LE(misnamed, 2);  // only if every fresh connection met the stale one
}

TEST(routing_errors, a_correct_ingress_never_fails) {
  constexpr int runs = 10000;
  const auto subject = practice::subject();
  const auto params = practice::params(
      checks::routing,
      "replicas: 2\nroutes: [{path: /app1, service: app1}, {path: /app1x, status: 404}]");
  auto config = practice::two_apps();
  int not_passed = 0;
  for (int run = 0; run < runs; ++run) {
    config.seed = static_cast<std::uint64_t>(run) + 1;
    config.replicas = 1 + run % 5;
    config.addresses = 1 + static_cast<std::size_t>(run) % 2;
    auto of = subject;
    of.addresses = config.addresses;
    not_passed += judge(params, of, config).kind != Verdict::Kind::pass;
  }
  // None in n runs bounds the chance by 4.6/n with 99 % confidence.
  fmt::print("a correct ingress failed {} of {} runs: at most {:.1e} with 99 % confidence\n",
             not_passed, runs, -std::log(0.01) / runs);
  EXPECT_EQ(not_passed, 0);
}

}  // namespace

}  // namespace ingress_check
