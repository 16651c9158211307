#include "checks/limits/rate_limit/arrivals.h"

#include <algorithm>

namespace ingress_check::rate_limit {

namespace {

constexpr double coarse = 0.002;  // seconds

double seconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-9; }

Arrival::Fate fate_of(const Sample& sample, const Statuses& configured) {
  if (sample.outcome != Outcome::ok) return Arrival::Fate::unknown;
  if (refuses(sample.status, configured)) return Arrival::Fate::refused;
  return sample.status < 400 ? Arrival::Fate::accepted : Arrival::Fate::unknown;
}

}  // namespace

bool refuses(int status, const Statuses& configured) {
  return configured.contains(status) || status == 503 || status == 429 || status == 403 ||
         status == 509 || status == 529;
}

std::vector<Arrival> arrivals(const LoadReply& reply, const Statuses& configured) {
  std::vector<Arrival> all;
  for (const auto& worker : reply.samples)
    for (const Sample& sample : worker) {
      if (sample.sent < 0) continue;  // it never went out
      const double sent = seconds(sample.sent);
      // One without an answer may arrive at any time after.
      const double done = sample.done < sample.sent ? 1e9 : seconds(sample.done);
      all.push_back({sent - coarse, done + coarse, fate_of(sample, configured)});
    }
  std::ranges::sort(all, {}, &Arrival::from);
  return all;
}

std::map<int, std::uint64_t> refusals(const LoadReply& reply, const Statuses& configured) {
  std::map<int, std::uint64_t> all;
  for (const auto& [status, number] : reply.counts.statuses)
    if (refuses(status, configured)) all[status] = number;
  return all;
}

std::size_t count(const std::vector<Arrival>& arrivals, Arrival::Fate fate) {
  return static_cast<std::size_t>(std::ranges::count(arrivals, fate, &Arrival::fate));
}

}  // namespace ingress_check::rate_limit
