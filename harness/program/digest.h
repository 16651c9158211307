// The digest of a text.
#pragma once

#include <string>
#include <string_view>

namespace ingress_check {

/// SHA-256 in lower-case hex, as `sha256sum` prints it.
std::string sha256(std::string_view text);

}  // namespace ingress_check
