#include "harness/program/load_notes.h"

#include <fmt/format.h>

#include "harness/load_limits.h"
#include "reports/load_lines.h"

namespace ingress_check {

std::string plan_of_load(const std::string& name, const Load& load) {
  const double peak = load.peak_rate();
  const std::uint64_t count = load.count();
  // Of a closed loop by time the bound is only what no load exceeds.
  const auto* closed = std::get_if<ClosedLoop>(&load.arrivals);
  const bool counted = !closed || closed->requests > 0;
  std::string text = fmt::format("load {}: ", name);
  if (counted) text += fmt::format("at most {} requests, ", grouped(count));
  text += peak > 0 ? brief_rate(peak) + " at its peak" : "as fast as answers come";
  if (load.lasts() > Duration::zero()) text += ", " + to_string(load.lasts());
  text += fmt::format(", {} connections", grouped(connections_of(load)));
  if (load.samples) text += "; samples take " + brief_size(sample_bytes(load));
  if (load.samples && count > most_samples)
    text += ", beyond a million requests only summaries are kept";
  return text;
}

Result<Evidence> LoadNotes::send(const Target& target, const Traffic& traffic, Watch& watch) {
  if (const auto* load = std::get_if<Load>(&traffic.send))
    lines_.push_back(plan_of_load(traffic.name, *load));
  return sender_.send(target, traffic, watch);
}

}  // namespace ingress_check
