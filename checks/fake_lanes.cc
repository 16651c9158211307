#include "checks/fake_lanes.h"

#include <algorithm>

namespace ingress_check {

FakeLanes::FakeLanes(const Load& load, std::uint64_t seed)
    : each_(load.clients.count > 0 ? std::max(1u, load.clients.connections) : 1),
      after_(load.connections.requests),
      clients_(load.clients.count > 0),
      random_(~seed),
      most_(clients_ ? load.clients.count : load.connections.most) {
  const auto slots = std::max(1u, clients_ ? load.clients.count : load.connections.count);
  connections_.resize(static_cast<std::size_t>(slots) * each_);
  turns_.resize(slots);
  jars_.resize(slots);
  std::vector<Free> all;
  for (std::uint32_t slot = 0; slot < slots; ++slot) all.emplace_back(Duration::zero(), slot);
  free_ = std::priority_queue<Free, std::vector<Free>, std::greater<>>(std::greater<>(),
                                                                       std::move(all));
}

Duration FakeLanes::free(Duration due) {
  if (free_.top().first > due && turns_.size() < most_) {
    free_.emplace(Duration::zero(), static_cast<std::uint32_t>(turns_.size()));
    turns_.push_back(0);
    jars_.emplace_back();
    connections_.resize(connections_.size() + each_);
  }
  return free_.top().first;
}

FakeLane& FakeLanes::take() {
  const auto slot = free_.top().second;
  free_.pop();
  auto& connection = connections_[slot * each_ + turns_[slot]++ % each_];
  if (connection.used == 0 || (after_ > 0 && connection.used >= after_))
    connection = {random_(), opened_++, 0};
  lane_ = {.slot = slot,
           .client = clients_ ? slot : 0,
           .number = connection.number,
           .id = connection.id,
           .reused = connection.used > 0,
           .jar = &jars_[slot]};
  ++connection.used;
  return lane_;
}

}  // namespace ingress_check
