#include "reports/protection.h"

#include <algorithm>

#include "checks/check.h"

namespace ingress_check {

bool protects(const CheckReport& check) {
  const auto* known = find_check(check.check);
  return known && known->protects;
}

bool unprotected(const CheckReport& check, bool failed) {
  if (!protects(check)) return false;
  const auto& known = find_check(check.check)->causes;
  const auto& named = check.verdict.diagnoses;
  return !failed || named.empty() || !std::ranges::all_of(named, [&](const Diagnosis& one) {
    return std::ranges::any_of(
        known, [&](const Cause& cause) { return cause.in_force && cause.id == one.cause; });
  });
}

}  // namespace ingress_check
