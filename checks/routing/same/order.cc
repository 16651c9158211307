// In which order `same` asks.
#include <algorithm>
#include <numeric>
#include <random>

#include "checks/routing/same/plan.h"

namespace ingress_check::same {

const std::vector<Phase>& first_look() {
  static const std::vector<Phase> all = {
      {"old, first", true}, {"new, first"}, {"new, second"}, {"old, second", true}};
  return all;
}

const std::vector<Phase>& second_look() {
  static const std::vector<Phase> all = {{"old, again", true, 7},
                                         {"new, again", false, 7},
                                         {"new, once more", false, 7},
                                         {"old, once more", true, 7}};
  return all;
}

std::uint32_t most_samples() {
  std::uint32_t samples = 0;
  for (const auto* look : {&first_look(), &second_look()})
    for (const auto& phase : *look)
      if (phase.to_reference) samples += phase.times;
  return samples;
}

std::uint32_t compared_of_body(std::size_t requests) {
  constexpr std::uint64_t least = 64 << 10, most = 1 << 20, of_all = 256 << 20;
  const std::uint64_t bodies = std::max<std::uint64_t>(2 * most_samples() * requests, 1);
  return static_cast<std::uint32_t>(std::clamp(of_all / bodies, least, most));
}

std::vector<std::size_t> every_request(const Plan& plan) {
  std::vector<std::size_t> all(plan.requests.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

std::vector<std::size_t> order(const Phase& phase, const std::vector<std::size_t>& which,
                               std::uint64_t seed) {
  std::vector<std::size_t> all;
  for (std::uint32_t time = 0; time < phase.times; ++time)
    all.insert(all.end(), which.begin(), which.end());
  std::seed_seq seeds{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      static_cast<std::uint32_t>(std::hash<std::string>{}(phase.name))};
  std::mt19937_64 chance(seeds);
  for (std::size_t left = all.size(); left > 1; --left)
    std::swap(all[left - 1], all[chance() % left]);
  return all;
}

Traffic traffic(const Phase& phase, const Plan& plan, const std::vector<std::size_t>& which,
                std::uint64_t seed) {
  // What does not get smaller by being packed gets longer: with this much more of it, what is
  // compared is there even so.
  constexpr std::uint32_t overhead_of_packing = 64 << 10;
  Http http;
  http.body_limit = plan.compared_of_body + overhead_of_packing;
  for (const std::size_t index : order(phase, which, seed)) {
    const Asked& asked = plan.requests[index];
    http.requests.push_back(phase.to_reference ? asked.of_reference : asked.mine);
  }
  return {.name = phase.name, .send = std::move(http), .to_reference = phase.to_reference};
}

}  // namespace ingress_check::same
