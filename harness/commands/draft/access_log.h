// Access logs: the combined format of nginx and Apache (also with the host in front), those of AWS
// Classic and Application Load Balancers, and whatever else has "METHOD TARGET HTTP/x" in quotes.
#pragma once

#include <string_view>

#include "harness/commands/draft/sketch.h"
#include "scenarios/error.h"

namespace ingress_check {

/// Adds the commonest paths of GET requests of each host, queries left out, with the status that
/// nearly all of them got; remarks say what was left out. At most 100,000 paths are told apart. An
/// Error if no line is of a log.
Result<void> read_access_log(std::string_view text, const std::string& file, Sketch& sketch);

}  // namespace ingress_check
