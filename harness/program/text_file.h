// What a user names to be read: a file, or "-" for standard input.
#pragma once

#include <string>

#include "scenarios/error.h"

namespace ingress_check {

/// The first `most` bytes of it; ask for one more than you take to see whether it is longer. Errors
/// (exit 2): a folder, not there, not readable to its end, interrupted.
Result<std::string> read_text_file(const std::string& name, std::size_t most);

}  // namespace ingress_check
