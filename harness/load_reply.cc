#include "harness/load_reply.h"

#include <numeric>

namespace ingress_check {
namespace {

constexpr std::uint64_t hour = 3'600'000'000'000;

std::uint64_t not_sent(const LoadCounts& counts) {
  std::uint64_t sum = counts.dropped;
  for (const auto outcome : {Outcome::unresolved, Outcome::unreachable, Outcome::local,
                             Outcome::refused, Outcome::connect_timeout, Outcome::tls_error})
    sum += counts.of(outcome);
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

}  // namespace ingress_check
