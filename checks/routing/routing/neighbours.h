// What the other routes of the table tell about the rules that one route may have met.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/routing/routing/reading.h"

namespace ingress_check::routing {

/// How a rule that is known to serve a service may reach a path although it should not.
struct Reach {
  std::string ignoring_case;  ///< the rule's path; empty: none does so
  std::string mid_element;
};

class Neighbours {
 public:
  explicit Neighbours(const std::vector<Reading>& readings) : readings_(readings) {}

  /// A host that the service is expected on, whose wildcard would also reach this one.
  const Reading* wildcard_sibling(const Reading& reading, const std::string& service) const;

  /// Something answers what no rule should match, and no rule that is known can be why: then it
  /// answers everything.
  bool catches_all(const std::string& service) const;

  Reach reach(const Reading& reading, const std::string& service) const;

  /// Whether a route of the table that differs from the rule in case alone is answered; none asked.
  std::optional<bool> case_ignored(const std::string& host, const std::string& rule) const;

  /// The path of a rule above this one's that leads to the service; empty: none is known.
  std::string shorter_rule(const Reading& reading, const std::string& service) const;

 private:
  const std::vector<Reading>& readings_;
};

}  // namespace ingress_check::routing
