// Who answered: reads service and pod, and what the pod saw, out of one response.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/evidence.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// The presets of `answered-by`, each with the demo application that it is for.
struct IdentityPreset {
  std::string name;
  std::string about;
  Identity identity;
};
const std::vector<IdentityPreset>& identity_presets();
std::optional<Identity> identity_preset(const std::string& name);

/// Fills Exchange::who and ::seen. Every way that AnsweredBy names is tried, the general one first,
/// then each service's own; text from the server is cut at 128 characters.
void identify(const AnsweredBy& answered_by, Exchange& exchange);

}  // namespace ingress_check
