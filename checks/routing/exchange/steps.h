// The steps of an exchange: what is sent, what must come back, and what is kept of it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "checks/answers.h"
#include "checks/routing/exchange/captures.h"

namespace ingress_check::exchange {

struct StepWords {
  std::size_t number = 1;  ///< as a person counts
  std::string name;        ///< `name:`, or empty
  Place place;
  Request request;  ///< with {{name}} still in it
  Expectation expected;
  std::vector<Capture> captures;
  std::set<std::string> needs;  ///< names between {{ and }}

  std::string title() const;  ///< "step 2 (log in)"
};

std::vector<Field> step_fields();
std::vector<KeyRule> step_rules();
std::vector<StepWords> read_steps(const Params& params, const Target& target);

/// The names that stand between {{ and }}; in an expectation, within texts that must be equal: a
/// pattern has no such names.
std::set<std::string> names_in(const Request& request);
std::set<std::string> names_in(const Expectation& expectation);

/// Those in patterns, where nothing replaces them.
std::set<std::string> names_in_patterns(const Expectation& expectation);

/// The same with every {{name}} replaced; in the path, also the one that the pod saw, bytes that a
/// path may not hold are percent-encoded (RFC 3986, 2.1).
Request fill(const Request& request, const Captured& captured);
Expectation fill(const Expectation& expectation, const Captured& captured);

/// Steps that share a phase: their order is kept, and none needs what another of them captures.
std::vector<std::vector<std::size_t>> phases_of(const std::vector<StepWords>& steps);

}  // namespace ingress_check::exchange
