// Which pods the clients of a load met, each by itself.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "harness/evidence.h"

namespace ingress_check::stickiness {

struct Pinning {
  std::uint64_t clients = 0;        ///< that got two answers of pods or more
  std::uint64_t changed = 0;        ///< of these, those that met several pods
  std::uint64_t answers = 0;        ///< of pods, to clients that had a cookie by then
  std::uint64_t elsewhere = 0;      ///< of these, by another pod than the one before
  std::size_t most_pods = 0;        ///< that one client met
  bool within_connections = false;  ///< also from one request to the next over one connection
  std::uint64_t dead = 0;           ///< clients of which half of the requests or more failed
  std::string dead_status;          ///< how those ended: "502"
  std::uint64_t all = 0;            ///< clients
  std::uint64_t set_later = 0;      ///< answers after a client's first that set a cookie
  std::uint64_t later = 0;          ///< answers after a client's first
  std::uint64_t unnamed = 0;        ///< good answers that name no pod
  std::uint64_t failed = 0;         ///< requests without an answer, and 5xx
  std::set<std::string> pods;
};

/// Requests of a client are one after the other. `unset` is the bit of the match that fails where
/// no cookie is set.
Pinning pinning(const LoadReply& reply, std::uint16_t unset);

}  // namespace ingress_check::stickiness
