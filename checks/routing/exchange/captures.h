// Values that are taken out of one answer, for the requests and expectations of later steps.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/evidence.h"
#include "scenarios/error.h"

namespace ingress_check::exchange {

/// A value taken out of an answer, for later steps.
struct Capture {
  std::string name;
  Place place;
  enum class From { header, json, cookie, body } from = From::header;
  std::string what;  ///< header or cookie name, JSON pointer, RE2 whose first group is taken

  bool of_body() const { return from == From::json || from == From::body; }
};

/// The values so far, by name.
using Captured = std::map<std::string, std::string>;

/// What the answer holds of it. None: it is not there, or holds control characters or more than
/// 4 KiB, which no header or path may carry.
std::optional<std::string> take(const Capture& capture, const Exchange& exchange);

}  // namespace ingress_check::exchange
