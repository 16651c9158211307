#include "harness/program/conductor.h"

#include "harness/events.h"

namespace ingress_check {

Result<Evidence> Conductor::send(const Target& target, const Traffic& traffic, Watch& watch) {
  if (traffic.events.empty()) return sender_.send(target, traffic, watch);
  Events events(traffic.events, hidden_);
  auto evidence = sender_.send(target, traffic, watch);
  auto replies = events.finish();
  if (evidence) evidence->events = std::move(replies);
  return evidence;
}

}  // namespace ingress_check
