#include "checks/examine.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace ingress_check {

namespace {

using WallTime = std::chrono::system_clock::time_point;

tl::unexpected<Error> bug(const Check& check, const std::string& what) {
  return cannot(fmt::format("the check {} {}", check.words.name, what),
                "this is a mistake in ingress-check itself; please report it");
}

Verdict not_judged(const Evidence& evidence, std::size_t phases) {
  Verdict verdict;
  verdict.kind = Verdict::Kind::inconclusive;
  const std::string why = evidence.end == End::interrupted   ? "interrupted"
                          : evidence.end == End::out_of_time ? "out of time"
                          : evidence.load                    ? evidence.load->breaker
                                                             : "stopped by the circuit breaker";
  verdict.summary = fmt::format("{} during phase {}: not judged", why, phases);
  return verdict;
}

/// Where a phase goes: to the check's own target or to that which it compares with.
const Target& goal(const Subject& subject, const Traffic& traffic) {
  return traffic.to_reference ? subject.reference->target : subject.target;
}

/// A check may name other hosts than the target's, with more addresses than that has.
void note_addresses(const Evidence& evidence, std::set<std::string>& met) {
  const auto add = [&](const std::string& address) {
    met.insert(address.substr(0, address.rfind(':')));
  };
  for (const auto& exchange : evidence.exchanges) add(exchange.address);
  for (const auto& reply : evidence.handshakes) add(reply.address);
}

/// Takes them out of the evidence, which is of no further use.
void keep_loads(std::vector<Evidence>& so_far, const std::vector<WallTime>& began,
                Examination& examination) {
  for (std::size_t i = 0; i < so_far.size(); ++i)
    if (auto& load = so_far[i].load) {
      load->samples = {};  // no report shows them: up to 56 MB a phase
      examination.loads.push_back({so_far[i].traffic.name, std::move(*load), began[i]});
    }
}

}  // namespace

Result<Examination> examine(const Check& check, const Params& params, const Subject& subject,
                            Sender& sender, Watch& watch) {
  Examination examination;
  const auto bounds = check.bounds(params, subject);
  std::set<std::string> met, met_of_reference;
  std::vector<Evidence> so_far;
  std::vector<WallTime> began;  // of each phase
  std::uint64_t planned = 0;
  while (true) {
    auto step = check.step(params, subject, so_far);
    if (auto* verdict = std::get_if<Verdict>(&step)) {
      for (const auto& diagnosis : verdict->diagnoses) check.cause(diagnosis.cause);
      examination.verdict = std::move(*verdict);
      keep_loads(so_far, began, examination);
      return examination;
    }
    auto& traffic = std::get<Traffic>(step);
    if (so_far.size() >= max_phases)
      return bug(check, fmt::format("asks for more than {} phases", max_phases));
    if (phase(so_far, traffic.name))
      return bug(check, fmt::format("asks for the phase \"{}\" twice", traffic.name));
    if (traffic.provokes &&
        (check.order < Order::storm || !std::holds_alternative<Load>(traffic.send)))
      return bug(check, fmt::format("may not go beyond limits in the phase \"{}\"", traffic.name));
    if (traffic.to_reference && !subject.reference)
      return bug(check,
                 fmt::format("has nothing to compare with in the phase \"{}\"", traffic.name));
    planned += traffic.count();
    if (planned > bounds.requests)
      return bug(check, fmt::format("wants to send {} requests, more than the {} it declared",
                                    planned, bounds.requests));
    examination.phases.push_back(traffic.name);
    began.push_back(std::chrono::system_clock::now());
    auto evidence = sender.send(goal(subject, traffic), traffic, watch);
    if (!evidence) return tl::unexpected(evidence.error());
    examination.sent += evidence->sent;
    examination.took += evidence->took;
    examination.waited += evidence->waited;
    note_addresses(*evidence, evidence->traffic.to_reference ? met_of_reference : met);
    if (evidence->end != End::complete) {
      examination.verdict = not_judged(*evidence, examination.phases.size());
      examination.judged = false;
      so_far.push_back(std::move(*evidence));
      keep_loads(so_far, began, examination);
      return examination;
    }
    const std::size_t addresses =
        std::max({subject.addresses, met.size(), met_of_reference.size(),
                  subject.reference ? subject.reference->addresses : std::size_t{1}});
    const auto allowed = bounds.requests * std::clamp<std::size_t>(addresses, 1, 8);
    if (examination.sent > allowed)
      return bug(check, fmt::format("sent {} requests, more than the {} it declared",
                                    examination.sent, allowed));
    so_far.push_back(std::move(*evidence));
  }
}

}  // namespace ingress_check
