// What a Set-Cookie field says (RFC 6265, 5.2). Untrusted text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ingress_check {

/// One Set-Cookie field as sent. Where an attribute is repeated, the last one counts.
struct SetCookie {
  std::string_view name, value;
  std::string_view path;    ///< empty: none, or one that does not begin with '/'
  std::string_view domain;  ///< without a leading dot; empty: none
  bool secure = false, http_only = false;
  std::string_view same_site;           ///< as sent; empty: none
  std::optional<std::int64_t> max_age;  ///< seconds, as sent; clamped to int64
  std::optional<std::chrono::system_clock::time_point> expires;  ///< 5.1.1's date parser
};

/// Nothing if the field is to be ignored (5.2: no '=' or no name; also one with control
/// characters). Views point into `field`.
std::optional<SetCookie> parse_set_cookie(std::string_view field);

}  // namespace ingress_check
