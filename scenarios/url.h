// http and https URLs as this product sends them: the path and query go out byte for byte as the
// user wrote them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/error.h"

namespace ingress_check {

struct Url {
  bool https = false;
  std::string host;        ///< lower case, without brackets for IPv6
  std::uint16_t port = 0;  ///< 0: the scheme's own
  std::string path = "/";  ///< path and query, raw, begins with '/'; a fragment is dropped

  std::uint16_t effective_port() const { return port ? port : https ? 443 : 80; }
  /// host[:port], as in Host and :authority; brackets around IPv6.
  std::string authority() const;
  friend bool operator==(const Url&, const Url&) = default;
};

/// Errors: no scheme, another scheme than http and https, user info, empty or bad host, port out of
/// range, blanks or control characters. International names must be written in their xn-- form.
Result<Url> parse_url(std::string_view text);

std::string to_string(const Url& url);

/// The text with asterisks, as many as there were characters, where a URL in it has a user name or
/// a password.
std::string without_user(std::string_view text);

/// What a Location header means seen from `base` (RFC 3986, 5.2, without dot-segment removal on
/// absolute paths).
Result<Url> resolve(const Url& base, std::string_view reference);

/// The same place with another path (which begins with '/').
Url with_path(Url url, std::string path);

}  // namespace ingress_check
