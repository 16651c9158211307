// One secret as it may be spelled in what is printed or was received.
#pragma once

#include <string>
#include <vector>

namespace ingress_check {

/// The text itself and, where they differ: percent-encoded, base64 (and its URL form) at each of
/// the three alignments, and escaped for JSON, HTML and a POSIX shell. Each once. Base64 only of
/// four bytes or more: less would be found by chance.
std::vector<std::string> spellings(const std::string& secret);

}  // namespace ingress_check
