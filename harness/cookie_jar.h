// What one client remembers of Set-Cookie, and sends back (RFC 6265, 5.3 and 5.4). Untrusted text
// in, bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/set_cookie.h"
#include "harness/socket.h"

namespace ingress_check {

/// The cookies of one client for one host: at most 50 of at most 4,096 bytes each (6.1), names,
/// values, paths and domains counted; larger ones are ignored, more push the oldest out. Allocates
/// only when a cookie is new or longer than before.
class CookieJar {
 public:
  static constexpr std::size_t kMost = 50, kBytes = 4096;

  /// What a response to `host` (no port) and `path` (with query) set. Domains that the host is not
  /// in, Secure cookies over plain http, and expired ones (which delete) are seen to. There is no
  /// list of public suffixes: a domain of one label is taken for one (5.3, step 5).
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
    bool secure = false;
    Instant expires;
    std::uint64_t order = 0;  ///< of creation
  };

  void insert(Kept kept, Instant now);

  std::vector<Kept> kept_;  ///< in the order in which they are sent
  std::uint64_t ever_ = 0;
};

}  // namespace ingress_check
