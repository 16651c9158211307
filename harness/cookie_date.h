// Dates of cookies, which come in any form (RFC 6265, 5.1.1).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ingress_check {

/// What an Expires attribute means; nothing if it is no date. Years from 1601; what the clock
/// cannot tell (before 1677, after 2262) becomes the earliest or the latest that it can.
std::optional<std::chrono::system_clock::time_point> parse_cookie_date(std::string_view text);

}  // namespace ingress_check
