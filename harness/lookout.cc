#include "harness/lookout.h"

namespace ingress_check {

Lookout::Lookout(const LoadPlan& plan, Resolver& resolver, bool flood, Instant now)
    : plan_(plan), resolver_(resolver), flood_(flood), next_(now + plan.options.look_up_every) {}

void Lookout::look(Instant now, const Watch& watch) {
  if (now >= next_ && asked_.empty()) {
    for (const Origin& origin : plan_.origins) {
      if (Endpoint::of(origin.to.host, 0) || !asked_.insert(origin.to.host).second) continue;
      resolver_.forget(origin.to.host);
      resolver_.begin(origin.to.host);
    }
    next_ = now + plan_.options.look_up_every;
  }
  std::erase_if(asked_, [&](const std::string& host) {
    if (!resolver_.answered(host)) return false;
    for (const Origin& origin : plan_.origins)
      if (origin.to.host == host) take(origin, resolver_.find(origin.to, watch));
    return true;
  });
}

void Lookout::take(const Origin& origin, Candidates found) {
  const Allowance* const allowance = plan_.options.allowance;
  std::erase_if(found.endpoints, [&](const Endpoint& endpoint) {
    if (!flood_ || !allowance || !allowance->capped({&endpoint, 1})) return false;
    withheld_.insert(endpoint.text());
    return true;
  });
  if (found.outcome == Outcome::ok && !found.endpoints.empty())
    origin.addresses->replace(std::move(found));
}

}  // namespace ingress_check
