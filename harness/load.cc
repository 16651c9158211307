#include "harness/load.h"

#include <algorithm>
#include <cmath>

namespace ingress_check {

Duration Load::lasts() const {
  if (const auto* closed = std::get_if<ClosedLoop>(&arrivals)) return closed->lasts;
  Duration all{};
  for (const Stage& stage : std::get<OpenLoop>(arrivals).stages) all += stage.lasts;
  return all;
}

std::uint64_t Load::count() const {
  if (const auto* closed = std::get_if<ClosedLoop>(&arrivals)) {
    const double seconds = std::chrono::duration<double>(closed->lasts).count();
    const auto most = static_cast<std::uint64_t>(seconds * fastest_load);
    if (closed->requests == 0) return most;
    return closed->lasts > Duration::zero() ? std::min(closed->requests, most) : closed->requests;
  }
  const auto& open = std::get<OpenLoop>(arrivals);
  const auto pacer = Pacer::create(open.stages, open.spacing, seed);
  return pacer ? pacer->total() : 0;
}

double Load::peak_rate() const {
  double peak = 0;
  if (const auto* open = std::get_if<OpenLoop>(&arrivals))
    for (const Stage& stage : open->stages) peak = std::max({peak, stage.from, stage.to});
  return peak;
}

}  // namespace ingress_check
