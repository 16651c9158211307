// A simulated canary: the second service of a path, and which requests go to it.
#pragma once

#include <optional>
#include <string>

#include "harness/request.h"

namespace ingress_check {

struct FakeCanary {
  std::string of, service;  ///< the stable service, and the canary
  double weight = 0;        ///< share of requests that do not say where to go, by chance
  std::string header = {},
              cookie = {};    ///< their names, whose values always and never decide; empty: none
  bool cookie_first = false;  ///< the cookie decides before the header

  /// Whether the request itself asks for the canary, or for the stable service; none: it does not
  /// say. Other values than always and never say nothing.
  std::optional<bool> asked_by(const Request& request) const;
};

}  // namespace ingress_check
