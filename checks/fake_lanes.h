// The connections of a simulated load, and the clients that they belong to.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <vector>

#include "harness/load.h"

namespace ingress_check {

/// What one request goes over.
struct FakeLane {
  std::uint32_t slot = 0;    ///< which of the connections, or clients, under way at once
  std::uint32_t client = 0;  ///< 0 without clients
  std::uint32_t number = 0;  ///< of the connection, within the load
  std::uint64_t id = 0;      ///< of the connection, among all that ever are
  bool reused = false;
  std::optional<std::uint64_t>* jar = nullptr;  ///< the client's affinity cookie
};

/// As the engine keeps them: the one that has rested longest is next; a client goes over its
/// connections in turn; a connection ends after Connections::requests.
class FakeLanes {
 public:
  FakeLanes(const Load& load, std::uint64_t seed);

  /// When the next one is free; it is 0 for those that have not been used. Of an open loop, if none
  /// is free when a request is due: another one is opened if there may be more.
  Duration free(Duration due = Duration::max());
  FakeLane& take();
  /// The one that was taken is free again then.
  void keep(Duration until) { free_.emplace(until, lane_.slot); }

 private:
  struct Connection {
    std::uint64_t id = 0;
    std::uint32_t number = 0, used = 0;
  };
  using Free = std::pair<Duration, std::uint32_t>;

  std::uint32_t each_;   ///< connections of a slot
  std::uint32_t after_;  ///< requests a connection ends; 0: never
  bool clients_;
  std::mt19937_64 random_;
  std::vector<Connection> connections_;  ///< `each_` of every slot; made at first use
  std::vector<std::uint32_t> turns_;     ///< by slot
  std::vector<std::optional<std::uint64_t>> jars_;
  std::priority_queue<Free, std::vector<Free>, std::greater<>> free_;
  std::uint32_t opened_ = 0, most_;
  FakeLane lane_;
};

}  // namespace ingress_check
