#include "harness/allowance.h"

#include <algorithm>
#include <thread>

namespace ingress_check {

Result<Allowance> Allowance::create(double most_per_second,
                                    const std::vector<std::string>& allowed) {
  auto networks = Networks::parse(allowed);
  if (!networks) return tl::unexpected(networks.error());
  Allowance made;
  made.most_per_second_ = most_per_second;
  made.allowed_ = *std::move(networks);
  return made;
}

bool Allowance::capped(std::span<const Endpoint> endpoints) const {
  return most_per_second_ > 0 && std::ranges::any_of(endpoints, [&](const Endpoint& endpoint) {
           return !is_loopback(endpoint) && !allowed_.contains(endpoint);
         });
}

Instant Allowance::reserve(std::span<const Endpoint> endpoints, Instant now) {
  if (!capped(endpoints)) return now;
  const auto gap = std::chrono::duration_cast<Instant::duration>(
      std::chrono::duration<double>(1 / most_per_second_));
  last_ = last_ ? std::max(now, *last_ + gap) : now;
  return *last_;
}

void Allowance::wait(const Endpoint& endpoint, const Watch& watch) {
  const auto place = reserve({&endpoint, 1}, std::chrono::steady_clock::now());
  while (!watch.stopped()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= place || now >= watch.deadline) return;
    std::this_thread::sleep_for(
        std::min<Instant::duration>(place - now, std::chrono::milliseconds(20)));
  }
}

}  // namespace ingress_check
