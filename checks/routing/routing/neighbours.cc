#include "checks/routing/routing/neighbours.h"

#include <algorithm>

#include "checks/routing/routing/missing.h"
#include "checks/routing/routing/rule_paths.h"

namespace ingress_check::routing {

namespace {

std::ptrdiff_t labels(const std::string& host) { return std::ranges::count(host, '.'); }

/// Whether `other` is a route that the answering service is expected on; an answer without a name
/// may come from any.
bool home_of(const Reading& other, const std::string& name) {
  const auto& service = other.route.expected.service;
  if (other.route.expects_no_route()) return false;
  return name.empty() || (service && service->value == name);
}

}  // namespace

const Reading* Neighbours::wildcard_sibling(const Reading& reading,
                                            const std::string& service) const {
  const auto host = reading.route.host();
  const Reading* found = nullptr;
  for (const auto& other : readings_) {
    if (!home_of(other, service)) continue;
    const auto sibling = other.route.host();
    if (sibling == host) return nullptr;
    const auto parent = parent_of(sibling);
    if (parent.find('.') == std::string::npos) continue;
    const bool deeper = host.ends_with("." + parent) && labels(host) > labels(sibling);
    if (host == parent || deeper) found = &other;
  }
  return found;
}

bool Neighbours::catches_all(const std::string& service) const {
  return std::ranges::any_of(readings_, [&](const Reading& reading) {
    if (!reading.route.expects_no_route() || !reading.always_failed()) return false;
    const auto status = reading.other_status();
    if (reading.other_service() != service || status < 200 || status > 299) return false;
    const auto known = reach(reading, service);
    return known.ignoring_case.empty() && known.mid_element.empty() &&
           !wildcard_sibling(reading, service);
  });
}

Reach Neighbours::reach(const Reading& reading, const std::string& service) const {
  Reach found;
  const auto path = reading.route.path();
  for (const auto& other : readings_) {
    if (&other == &reading || other.route.host() != reading.route.host()) continue;
    if (!home_of(other, service)) continue;
    for (const auto& rule : stems(other.route.path())) {
      if (only_without_case(rule, path)) found.ignoring_case = rule;
      if (mere_prefix(rule, path)) found.mid_element = rule;
    }
  }
  return found;
}

std::optional<bool> Neighbours::case_ignored(const std::string& host,
                                             const std::string& rule) const {
  for (const auto& other : readings_)
    if (other.route.host() == host && other.route.expects_no_route() &&
        only_without_case(rule, other.route.path()))
      return other.failed();
  return std::nullopt;
}

std::string Neighbours::shorter_rule(const Reading& reading, const std::string& service) const {
  for (const auto& other : readings_) {
    if (&other == &reading || other.route.host() != reading.route.host()) continue;
    if (!home_of(other, service)) continue;
    auto rules = stems(other.route.path());
    if (other.route.path() == "/") rules.emplace_back("/");
    for (const auto& rule : rules)
      if (element_prefix(rule, reading.route.path())) return rule;
  }
  return {};
}

}  // namespace ingress_check::routing
