#include "reports/report.h"

#include <algorithm>

namespace ingress_check {

namespace {
/// Nothing answered at all, or not to the end: that is no failure that anyone foresaw. A TLS
/// handshake that fails is an answer of its kind.
bool outage(const Verdict& verdict) {
  return std::ranges::any_of(verdict.findings, [](const Finding& finding) {
    return finding.exchange && finding.exchange->outcome != Outcome::ok &&
           finding.exchange->outcome != Outcome::tls_error;
  });
}

bool expectation_turns(const CheckReport& check) {
  if (!check.expected_to_fail || !check.judged || check.skipped) return false;
  return check.verdict.kind != Verdict::Kind::fail || !outage(check.verdict);
}
}  // namespace

bool CheckReport::counts_as_failure() const {
  if (skipped || !judged) return false;
  return verdict.kind == (expectation_turns(*this) ? Verdict::Kind::pass : Verdict::Kind::fail);
}

bool CheckReport::counts_as_pass() const {
  if (skipped || !judged) return false;
  return verdict.kind == (expectation_turns(*this) ? Verdict::Kind::fail : Verdict::Kind::pass);
}

Tally tally(const Report& report) {
  Tally sum;
  for (const auto& scenario : report.scenarios) {
    for (const auto& check : scenario.checks) {
      if (check.skipped) {
        ++sum.skipped;
      } else if (!check.judged) {
        ++sum.not_judged;
      } else if (check.counts_as_failure()) {
        ++sum.failed;
      } else if (check.counts_as_pass()) {
        check.expected_to_fail ? ++sum.expected_failures : ++sum.passed;
      } else {
        check.verdict.kind == Verdict::Kind::inconclusive ? ++sum.inconclusive
                                                          : ++sum.not_supported;
      }
    }
  }
  return sum;
}

int exit_status(const Report& report, const ExitPolicy& policy) {
  if (report.interrupted) return 128 + *report.interrupted;
  const auto& comparison = report.comparison;
  const bool differs = comparison && fails(*comparison, policy.fail_on);
  const bool not_compared = comparison && policy.fail_on.any() && open(*comparison, policy.fail_on);
  if (comparison && comparison->of_results)
    return differs ? 1 : not_compared || comparison->checks == 0 ? 4 : 0;
  for (const auto& scenario : report.scenarios) {
    if (scenario.error) return scenario.error->usage ? 2 : 3;
    for (const auto& target : scenario.targets)
      if (target.error) return target.error->usage ? 2 : 3;
  }
  const Tally sum = tally(report);
  const bool failed = sum.failed > 0 || differs ||
                      (policy.inconclusive_fails && sum.inconclusive > 0) ||
                      (policy.unsupported_fails && sum.not_supported > 0);
  if (failed) return 1;
  if (sum.inconclusive > 0 || sum.not_judged > 0 || not_compared) return 4;
  return sum.passed + sum.expected_failures > 0 ? 0 : 4;
}

}  // namespace ingress_check
