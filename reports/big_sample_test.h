// A load that is long, fast and uneven: ten minutes at 20,000 requests a second over 20 pods, in
// which nothing is alike for long. For the size of reports, and the time that they take.
#pragma once

#include <cmath>

#include "harness/reply_sum.h"
#include "reports/load_sample_test.h"

namespace ingress_check {

/// Twice each of 500 even quantiles of a log-logistic: a thousand values with a long tail. The
/// median in nanoseconds.
inline CompactHistogram spread_times(double median) {
  const Buckets& buckets = part_buckets();
  std::vector<std::uint32_t> counts(buckets.size());
  constexpr int quantiles = 500;
  for (int i = 0; i < quantiles; ++i) {
    const double p = (i + 0.5) / quantiles;
    counts[buckets.index(static_cast<std::uint64_t>(median * std::pow(p / (1 - p), 0.33)))] += 2;
  }
  return *CompactHistogram::of(buckets, std::move(counts));
}

/// 600 slices of 20,000; a wave of five minutes, a stall every 97 s that fails in part.
inline LoadReply big_reply() {
  constexpr std::size_t slices = 600, pods = 20;
  LoadReply reply = sample_reply();
  for (auto* all : {&reply.response, &reply.service, &reply.send_delay, &reply.first_byte})
    *all = Histogram(total_buckets());
  reply.lasted = std::chrono::seconds(slices);
  reply.offered = 20'000;
  reply.warm_up = 0;
  reply.counts = {};
  reply.pods.clear();
  reply.seconds.clear();
  for (std::size_t pod = 0; pod < pods; ++pod)
    pod_of(reply, "shop-frontend", "shop-frontend-7d9f4c6b5-x" + std::to_string(100 + pod));
  for (std::size_t at = 0; at < slices; ++at) {
    SecondReply& second = reply.seconds.emplace_back();
    const bool stalls = at % 97 < 2;
    const double level = 2e6 * std::exp(0.3 * std::sin(static_cast<double>(at) / 48)) *
                         (1 + 0.1 * static_cast<double>(at * 7919 % 100) / 100);
    for (std::size_t pod = 0; pod < pods; ++pod) {
      const auto here =
          spread_times(level * (1 + 0.03 * static_cast<double>(pod)) * (stalls ? 20 : 1));
      merge_alike(reply.pods[pod].service_time, here);
      merge_alike(second.response, here);
      reply.pods[pod].answered += here.total();
    }
    second.failed = stalls ? 700 + at : at % 5;
    second.server_errors = stalls ? 300 : at % 3;
    second.due = second.sent = second.done = second.response.total() + second.failed;
    reply.counts.due += second.due;
    reply.counts.outcomes[static_cast<std::size_t>(Outcome::ok)] += second.response.total();
    reply.counts.outcomes[static_cast<std::size_t>(Outcome::timeout)] += second.failed;
    reply.counts.statuses[503] += second.server_errors;
    reply.counts.statuses[200] += second.response.total() - second.server_errors;
  }
  // Totals have finer buckets: each value at the middle of its coarse one.
  std::vector<std::uint64_t> counts(total_buckets().size());
  for (const auto& second : reply.seconds)
    for (std::uint32_t i = 0; i < part_buckets().size(); ++i)
      if (second.response.at(i) > 0)
        counts[total_buckets().index(part_buckets().middle(i))] += second.response.at(i);
  reply.response = *Histogram::of(total_buckets(), counts);
  reply.service = reply.first_byte = reply.send_delay = reply.generator.late = reply.response;
  reply.achieved = static_cast<double>(reply.counts.answered()) / static_cast<double>(slices);
  reply.requests[0].counts = reply.counts;
  return reply;
}

inline Report big_report() {
  Report report = load_report();
  report.took = std::chrono::seconds(601);
  CheckReport& check = report.scenarios.front().checks.front();
  check.took = std::chrono::seconds(601);
  check.loads = {{"load", big_reply(), report.started}};
  check.sent = check.loads[0].reply.counts.due;
  return report;
}

}  // namespace ingress_check
