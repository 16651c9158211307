#include "harness/load_reply.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ingress_check {
namespace {

static_assert(sizeof(Sample) <= 64);

constexpr std::uint64_t hour = 3'600'000'000'000;

std::uint64_t not_sent(const LoadCounts& counts) {
  std::uint64_t sum = counts.dropped;
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (before_sending(static_cast<Outcome>(i))) sum += counts.outcomes[i];
  return sum;
}

}  // namespace

const Buckets& total_buckets() {
  static const Buckets buckets = *Buckets::create(3, 1, hour);
  return buckets;
}

const Buckets& part_buckets() {
  static const Buckets buckets = *Buckets::create(2, 1000, hour);
  return buckets;
}

std::uint64_t LoadCounts::sent() const { return due - unfinished - not_sent(*this); }

std::uint64_t LoadCounts::server_errors() const {
  std::uint64_t sum = 0;
  for (auto it = statuses.lower_bound(500); it != statuses.end() && it->first < 600; ++it)
    sum += it->second;
  return sum;
}

void sort_pods(LoadReply& reply) {
  std::vector<std::size_t> order(reply.pods.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, {}, [&](std::size_t i) { return std::tie(reply.pods[i].service, reply.pods[i].pod); });
  std::vector<PodReply> sorted;
  std::vector<std::uint16_t> place(order.size());
  for (const std::size_t i : order) {
    place[i] = static_cast<std::uint16_t>(sorted.size());
    sorted.push_back(std::move(reply.pods[i]));
  }
  reply.pods = std::move(sorted);
  for (auto& samples : reply.samples)
    for (Sample& sample : samples)
      if (sample.who != no_pod) sample.who = place[sample.who];
}

}  // namespace ingress_check
