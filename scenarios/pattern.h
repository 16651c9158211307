// The patterns that a user may write: RE2, which never takes more than linear time on a server's
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/error.h"

namespace ingress_check {

/// The pattern with (?<name>...) rewritten to RE2's (?P<name>...); an Error without place if it
/// does not compile or asks for what RE2 lacks (look-around, back references).
Result<std::string> read_pattern(std::string_view text);

/// Names of the named groups of a pattern that read_pattern() accepted, in alphabetical order.
std::vector<std::string> named_groups(const std::string& pattern);

}  // namespace ingress_check
