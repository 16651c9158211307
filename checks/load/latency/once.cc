// Whether every request is answered well when nothing else is sent: without that no load is worth
// its harm.
#include <fmt/format.h>

#include "checks/answers.h"
#include "checks/load/latency/judging.h"

namespace ingress_check::latency {

std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& once) {
  Conclusion conclusion(check);
  for (const auto& exchange : once.exchanges) {
    const auto& request = plan.requests[exchange.request].request;
    if (exchange.outcome == Outcome::local)
      return nothing_judged(silence(request, exchange).sentence);
    if (exchange.outcome == Outcome::ok && plan.status.contains(exchange.status)) continue;
    Finding finding;
    finding.place = plan.errors.place;
    finding.subject = describe(request);
    finding.expected = to_string(plan.status);
    finding.actual = describe(subject, exchange) + " when asked once; no load was sent";
    finding.request = request;
    finding.exchange = example(exchange);
    conclusion.broke(std::move(finding));
    const bool whole = exchange.outcome == Outcome::ok;
    conclusion.blame("errors", whole
                                   ? fmt::format("{} is answered {} although nothing else is sent.",
                                                 describe(request), describe(subject, exchange))
                                   : silence(request, exchange).sentence + ".");
  }
  if (!conclusion.failed()) return std::nullopt;
  conclusion.verdict.not_shown.push_back("latencies: nothing was answered well");
  return conclusion.decide({});
}

}  // namespace ingress_check::latency
