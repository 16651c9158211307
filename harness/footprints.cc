#include "harness/footprints.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check {

Footprints::Turn Footprints::turn(std::span<const std::string> places, const Traffic& traffic,
                                  Instant now) const {
  Turn turn{now, ""};
  for (const auto& name : places) {
    const auto found = places_.find(name);
    if (found == places_.end()) continue;
    const Place& place = found->second;
    if (const auto quiet = place.last + traffic.quiet; quiet > turn.at)
      turn = {quiet, fmt::format("nothing may be sent for {} before it", to_string(traffic.quiet))};
    if (!traffic.amid_leftovers && place.clean_from && *place.clean_from > turn.at)
      turn = {*place.clean_from, "an earlier phase left " + place.left};
  }
  return turn;
}

void Footprints::sent(std::span<const std::string> places, const Traffic& traffic, Instant ended) {
  for (const auto& name : places) {
    Place& place = places_[name];
    place.last = std::max(place.last, ended);
    if (!traffic.leaves) continue;
    const auto over = ended + traffic.leaves->lasts;
    if (place.clean_from && *place.clean_from >= over) continue;
    place.clean_from = over;
    place.left = traffic.leaves->what;
  }
}

}  // namespace ingress_check
