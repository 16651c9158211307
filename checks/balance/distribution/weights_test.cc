// Stated weights, judged over each kind of connections and over both together: hand-made counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "checks/balance/distribution/counting.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check distribution;
}

namespace {

/// That many answers of app1-a and of app1-b, in an order of chance, over as many connections.
Evidence answers(const char* phase, std::uint64_t a, std::uint64_t b, std::uint32_t connections) {
  Evidence evidence;
  evidence.traffic.name = phase;
  auto& reply = evidence.load.emplace();
  reply.pods.push_back({"app1", "app1-a", a});
  reply.pods.push_back({"app1", "app1-b", b});
  reply.counts.due = a + b;
  reply.counts.statuses[200] = a + b;
  std::vector<std::uint16_t> who(a, 0);
  who.resize(a + b, 1);
  std::shuffle(who.begin(), who.end(), std::mt19937(1));
  auto& samples = reply.samples.emplace_back();
  for (std::size_t i = 0; i < who.size(); ++i) {
    Sample sample;
    sample.due = sample.sent = static_cast<std::int64_t>(i) * 1'000'000;
    sample.done = sample.sent + 500'000;
    sample.connection = static_cast<std::uint32_t>(i) % connections;
    sample.who = who[i];
    sample.status = 200;
    samples.push_back(sample);
  }
  return evidence;
}

/// 70 % of 3,600 over fresh connections and of 900 over kept ones are stated.
Verdict judged(std::uint64_t fresh, std::uint64_t kept) {
  const std::vector<Evidence> all = {answers(distribution::phase_turns, 42, 18, 1),
                                     answers(distribution::phase_fresh, fresh, 3600 - fresh, 3600),
                                     answers(distribution::phase_kept, kept, 900 - kept, 13)};
  const auto params = practice::params(
      checks::distribution,
      "path: /app1\npolicy: weighted\nweights: {app1-a: 70, app1-b: 30}\nrate: 1000/s");
  auto subject = practice::subject();
  subject.alpha = 1e-4 / static_cast<double>(checks::distribution.tests(params));
  const auto step = checks::distribution.step(params, subject, all);
  return std::get<Verdict>(step);
}

TEST(distribution_weights, what_neither_kind_shows_alone_both_show_together) {
  EXPECT_EQ(judged(2408, 602).kind, Verdict::Kind::fail) << "66.9 % of 4,500: 5e-6";
  EXPECT_EQ(judged(2408, 630).kind, Verdict::Kind::pass) << "66.9 % of 3,600: 5e-5; of all 3e-4";
  EXPECT_EQ(judged(2520, 602).kind, Verdict::Kind::pass) << "66.9 % of 900: 4e-2";
  EXPECT_EQ(judged(2520, 540).kind, Verdict::Kind::fail) << "60 % of 900: 3e-10";
}

}  // namespace
}  // namespace ingress_check
