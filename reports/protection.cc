#include "reports/protection.h"

#include <algorithm>
#include <array>

namespace ingress_check {
namespace {

constexpr CauseInForce in_force[] = {{"rate-limit", "other-rate"},
                                     {"rate-limit", "burst-absent"},
                                     {"rate-limit", "other-burst"},
                                     {"rate-limit", "wrong-status"},
                                     {"rate-limit", "shared-by-clients"},
                                     {"rate-limit", "shared-by-ingresses"},
                                     {"rate-limit", "window"},
                                     {"rate-limit", "starving-window"},
                                     {"rate-limit", "no-endpoints"},
                                     {"stickiness", "wrong-cookie-path"},
                                     {"stickiness", "wrong-attributes"},
                                     {"stickiness", "set-on-every-response"},
                                     {"stickiness", "set-only-once"},
                                     {"stickiness", "pinned-to-dead-pod"},
                                     {"stickiness", "one-pod-for-all"},
                                     {"stickiness", "pod-without-clients"},
                                     {"distribution", "pod-never-chosen"},
                                     {"distribution", "pod-favoured"},
                                     {"distribution", "weights-swapped"},
                                     {"distribution", "weights-off"},
                                     {"distribution", "other-pods"},
                                     {"distribution", "never-forgiven"},
                                     {"canary", "precedence-reversed"},
                                     {"canary", "canary-weights-swapped"},
                                     {"canary", "canary-weight-off"},
                                     {"canary", "neither-service"},
                                     {"tls-termination", "expires-soon"},
                                     {"tls-termination", "unknown-name-wrong"},
                                     {"tls-termination", "h2-not-offered"},
                                     {"tls-termination", "hsts-unexpected"},
                                     {"tls-termination", "client-refused"},
                                     {"tls-termination", "forwarded-proto-missing"}};
}  // namespace

std::span<const CauseInForce> causes_in_force() { return in_force; }

bool protects(const CheckReport& check) {
  constexpr std::array protective{"rate-limit", "stickiness", "distribution", "canary",
                                  "tls-termination"};
  return std::ranges::find(protective, check.check) != protective.end();
}

bool unprotected(const CheckReport& check, bool failed) {
  if (!protects(check)) return false;
  const auto& causes = check.verdict.diagnoses;
  return !failed || causes.empty() || !std::ranges::all_of(causes, [&](const Diagnosis& one) {
    return std::ranges::find(in_force, CauseInForce(check.check, one.cause)) != std::end(in_force);
  });
}

}  // namespace ingress_check
