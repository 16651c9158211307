// The steps of an exchange: what is sent, what must come back, and what is kept of it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "checks/answers.h"

namespace ingress_check::exchange {

/// A value taken out of an answer, for later steps.
struct Capture {
  std::string name;
  Place place;
  enum class From { header, json, cookie, body } from = From::header;
  std::string what;  ///< header or cookie name, JSON pointer, RE2 whose first group is taken
};

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

/// The names that stand between {{ and }} in a text.
std::set<std::string> names_in(std::string_view text);

using Captured = std::map<std::string, std::string>;

/// The request with every {{name}} replaced; in the path, bytes that a path may not hold are
/// percent-encoded (RFC 3986, 2.1).
Request fill(const Request& request, const Captured& captured);

/// What the answer holds of it. None: it is not there, or holds control characters or more than
/// 4 KiB, which no header or path may carry.
std::optional<std::string> take(const Capture& capture, const Exchange& exchange);

/// Steps that share a phase: their order is kept, and none needs what another of them captures.
std::vector<std::vector<std::size_t>> phases_of(const std::vector<StepWords>& steps);

}  // namespace ingress_check::exchange
