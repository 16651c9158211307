// For tests: short ways to send a load.
#pragma once

#include <numeric>

#include "harness/engine.h"
#include "harness/probe_test.h"

namespace ingress_check::testing {

inline Load load_of(const Target& target, std::string path = "/") {
  Load load;
  load.requests.push_back({get(target, std::move(path))});
  load.connections.count = 4;
  load.threads = 1;
  return load;
}

/// Closed: so many requests.
inline Load closed(const Target& target, std::uint64_t requests, std::uint32_t connections = 4) {
  Load load = load_of(target);
  load.arrivals = ClosedLoop{Duration::zero(), requests};
  load.connections.count = connections;
  return load;
}

/// Open: evenly spaced.
inline Load paced(const Target& target, double rate, Duration lasts,
                  std::uint32_t connections = 8) {
  Load load = load_of(target);
  load.arrivals = OpenLoop{{{rate, rate, lasts}}};
  load.connections.count = connections;
  return load;
}

inline Evidence run(const Target& target, const Load& load, Watch watch = {}) {
  Resolver resolver(0, std::chrono::seconds(1));
  Evidence evidence;
  EngineOptions options;
  options.user_agent = "ingress-check/test";
  auto trust = Trust::load("");
  if (trust) options.trust = &*trust;
  const auto sent = run_load(target, load, options, resolver, watch, evidence);
  EXPECT_TRUE(sent.has_value()) << (sent ? "" : sent.error().what);
  if (!evidence.load) evidence.load.emplace();
  return evidence;
}

/// "9 ok, 1 reset, 0 dropped, 0 unfinished": for messages of failed tests.
inline std::string fates(const LoadCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (counts.outcomes[i] > 0)
      text += std::to_string(counts.outcomes[i]) + " " + to_string(static_cast<Outcome>(i)) + ", ";
  return text + std::to_string(counts.dropped) + " dropped, " + std::to_string(counts.unfinished) +
         " unfinished";
}

/// Whether what became of the requests adds up to those that were due.
inline void expect_sums(const LoadReply& reply) {
  const LoadCounts& counts = reply.counts;
  const auto outcomes =
      std::accumulate(counts.outcomes.begin(), counts.outcomes.end(), std::uint64_t{0});
  EXPECT_EQ(counts.due, outcomes + counts.dropped + counts.unfinished);
  std::uint64_t answered = 0;
  for (const auto& [status, count] : counts.statuses) answered += count;
  EXPECT_EQ(answered, counts.answered());
  EXPECT_EQ(reply.response.total(), counts.answered());
  EXPECT_EQ(reply.service.total(), counts.answered());
  std::uint64_t pods = 0, due = 0;
  for (const PodReply& pod : reply.pods) pods += pod.answered;
  EXPECT_EQ(pods, counts.answered());
  for (const SecondReply& second : reply.seconds) due += second.due;
  EXPECT_EQ(due, counts.due + reply.warm_up);
}

}  // namespace ingress_check::testing
