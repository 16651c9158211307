// The words for text that is no YAML at all: libyaml's complaint, turned into what the user most
// likely did and what to write instead.
#pragma once

#include <string_view>

#include "scenarios/error.h"

namespace ingress_check {

/// What libyaml said, and where. `context` is empty where it gave none.
struct SyntaxProblem {
  std::string_view problem;
  std::string_view context;
  Place at;
  Place context_at;
};

/// Never without place and hint.
Error syntax_error(const SyntaxProblem& problem, std::string_view text);

}  // namespace ingress_check
