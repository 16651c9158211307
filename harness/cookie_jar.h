// What one client remembers of Set-Cookie, and sends back (RFC 6265, 5). Untrusted text in,
// bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/socket.h"

namespace ingress_check {

/// One Set-Cookie field as sent, read by RFC 6265, 5.2.
struct SetCookie {
  std::string_view name, value;
  std::string_view path;    ///< empty: none, or one that does not begin with '/'
  std::string_view domain;  ///< without a leading dot; empty: none
  bool secure = false, http_only = false;
  std::string_view same_site;           ///< as sent; empty: none
  std::optional<std::int64_t> max_age;  ///< seconds, as sent; clamped to int64
  std::optional<std::chrono::system_clock::time_point> expires;  ///< 5.1.1's date parser
};

/// Nothing if the field is to be ignored (5.2: no '=' or no name; also a value with control
/// characters). Views point into `field`.
std::optional<SetCookie> parse_set_cookie(std::string_view field);

/// The cookies of one client for one host: at most 50 of at most 4,096 bytes each (6.1); more push
/// the oldest out. Allocates only when a cookie is new or longer than before.
class CookieJar {
 public:
  /// What a response to `host` and `path` (with query) set. Domains that the host is not in, Secure
  /// cookies over plain http, and expired ones (which delete) are seen to.
  void store(std::string_view field, std::string_view host, std::string_view path, bool https,
             Instant now, std::chrono::system_clock::time_point wall);
  /// Writes "a=1; b=2" for a request to `path` into `into` (cleared first), longest paths first,
  /// then oldest first (5.4).
  void cookies(std::string_view path, bool https, Instant now, std::string& into) const;
  bool empty() const { return kept_.empty(); }
  void clear() { kept_.clear(); }

 private:
  struct Kept {
    std::string name, value, path, domain;
    bool secure = false, host_only = true;
    Instant expires;
    std::uint64_t order = 0;
  };
  std::vector<Kept> kept_;
  std::uint64_t ever_ = 0;
};

}  // namespace ingress_check
