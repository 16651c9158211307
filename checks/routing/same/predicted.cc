// What the controllers' profiles say of a difference.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

namespace {

struct Told {
  std::string cause;
  std::string about;  ///< part of Difference::about; empty: any
  std::vector<std::string> traits;
};

/// Traits on which a cause hangs.
const std::vector<Told>& told() {
  static const std::vector<Told> all = {
      {"timeout-differs", "", {"gateway-timeout.status"}},
      {"body-limit-differs", "", {"body-limit.status", "body-limit.bytes"}},
      {"host-matched-differently", "", {"wildcard.labels"}},
      {"case-of-path", "", {"path.case"}},
      {"trailing-slash",
       "",
       {"path.exact-trailing-slash", "redirect.trailing-slash", "path.boundary"}},
      {"route-missing", "", {"path.boundary", "path.case"}},
      {"another-service", "", {"path.boundary", "path.case"}},
      {"redirect-changes-method", "", {"redirect.status"}},
      {"redirect-target-differs", "", {"redirect.port", "redirect.trailing-slash"}},
      {"status-differs", "30", {"redirect.status"}},
      {"status-differs", "404", {"no-route.status"}},
      {"status-differs", "503", {"no-endpoints.status", "limit.status"}},
      {"error-page-differs", "404", {"no-route.status"}},
      {"cookie-attributes-differ", "HttpOnly", {"cookie.http-only"}},
      {"cookie-set-differs", "", {"cookie.name", "cookie.set"}},
      {"header-missing", "strict-transport-security", {"hsts.max-age"}},
      {"header-added", "strict-transport-security", {"hsts.max-age"}},
      {"header-differs", "strict-transport-security", {"hsts.max-age"}},
      {"request-arrives-changed", "x-forwarded", {"forwarded.proto", "forwarded.trusted"}},
  };
  return all;
}

}  // namespace

std::string predicted(const Sides& sides, const Difference& difference) {
  const Profile& theirs = sides.of_reference.controller;
  const Profile& mine = sides.mine.controller;
  std::vector<std::string> parts;
  for (const auto& one : told()) {
    if (one.cause != difference.cause || difference.about.find(one.about) == std::string::npos)
      continue;
    for (const auto& key : one.traits) {
      const auto a = theirs.confirmed_trait(key), b = mine.confirmed_trait(key);
      if (a && b && *a != *b)
        parts.push_back(
            fmt::format("{} is {} on {} and {} on {}", key, *a, theirs.name, *b, mine.name));
    }
  }
  if (parts.empty()) return {};
  const bool guessed = sides.of_reference.controller_guessed || sides.mine.controller_guessed;
  return fmt::format("the profiles of the controllers{} predict this: {}",
                     guessed ? ", as they were recognised," : "", fmt::join(parts, ", "));
}

}  // namespace ingress_check::same
