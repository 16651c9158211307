// The words of distribution, and the loads that they ask for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"

namespace ingress_check {

struct Policy;

namespace distribution {

/// A share that the user states, of a pod or of all pods of a service.
struct Weight {
  std::string name;
  double share = 0;  ///< of one
  Place place;
};

struct Plan {
  Request request;
  Place place;  ///< of what is sent
  const Policy* policy = nullptr;
  Place policy_place, pods_place, exclusive_place;
  std::size_t pods = 0;            ///< 0: not stated
  std::vector<std::string> names;  ///< if they are
  std::vector<Weight> weights;     ///< shares add up to 1
  std::uint32_t balancers = 0;     ///< workers x replicas that count for themselves; 0: not stated
  bool exclusive = false;
  std::optional<Duration> slow;
  double rate = 0;    ///< requests a second
  double detect = 0;  ///< a share that is so far off is caught
};

/// A pod of each service is told apart; more of them are no plan of ours.
inline constexpr std::size_t most_pods = 64;

std::vector<Field> fields();
std::vector<KeyRule> rules();
void review(const Params& params, Errors& errors);

/// `target` fills in the URL; what else the words ask for does not depend on it.
Plan read_plan(const Params& params, const Target& target);

/// How many requests show a share that is off by `plan.detect` (at most by half), of so many pods,
/// with the power and alpha of the subject.
std::uint64_t requests_to_tell(const Plan& plan, const Subject& subject, std::size_t pods);

/// About n requests at chance moments, so that nobody's rhythm meets ours; each over its own
/// connection, or over connections that are kept.
Load counting_load(const Plan& plan, const Subject& subject, std::uint64_t n, bool fresh);

/// Requests that order all pods to answer after `base`, and that one after `slow`.
Request ordering(const Plan& plan, const std::string& slow_pod, Duration base, Duration slow);

}  // namespace distribution
}  // namespace ingress_check
