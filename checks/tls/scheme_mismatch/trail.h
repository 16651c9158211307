// One request followed by hand from redirect to redirect, read back out of the evidence.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checks/doors.h"
#include "checks/pages.h"

namespace ingress_check::scheme_mismatch {

/// At most so many requests follow each other.
inline constexpr std::size_t max_hops = 10;

/// One of the first requests. Its name is also its client, so that cookies set on the way are kept,
/// as a browser would.
struct Leg {
  std::string name;
  Url url;
};

/// Over https as asked; over http as asked, with the last slash added or taken away, and with the
/// slash but without a query. Each but the last carries `marker` in its query.
std::vector<Leg> legs(const Doors& doors, bool https, bool http, const std::string& marker);

struct Hop {
  Url url;
  std::string name;  ///< of the phase that sent it
  Outcome outcome = Outcome::ok;
  std::string detail, address;
  int status = 0;
  Headers headers;
  std::string body;
  std::optional<Url> next;  ///< where a redirect points to
  bool unusable = false;    ///< a redirect without a Location that can be read
  bool raw = false;         ///< sent as bytes over TLS that does not verify
  const Exchange* exchange = nullptr;

  bool redirects() const { return next.has_value() || unusable; }
  /// Connected, but the connection ended before any byte of an answer.
  bool silent() const;
};

struct Trail {
  enum class End {
    none,        ///< nothing was asked
    open,        ///< the last redirect is still to be followed
    answered,    ///< something that is no redirect, whatever its status
    failed,      ///< no whole answer: the last hop's outcome says why
    loop,        ///< the last redirect points to where we have been
    too_long,    ///< max_hops redirects
    other_host,  ///< the last redirect points to another host, which is not asked
    other_port,  ///< it names a port that is neither of the two doors
    unusable,    ///< it has no Location, or one that is no http URL
  };
  Leg leg;
  std::vector<Hop> hops;
  End end = End::none;

  const Hop& last() const { return hops.back(); }
  /// The first hop that redirects from http to https, of whatever host; null if there is none.
  const Hop* upgrade() const;
  /// The first hop over https that is sent to plain http on the same host; null if there is none.
  const Hop* downgrade() const;
  /// "http://a/ -> 308 https://a/ -> 200".
  std::string text() const;
};

Trail trail(const Leg& leg, const Doors& doors, std::span<const Evidence> so_far);

/// The bytes of a request without anything that a stranger must not see.
std::string raw_request(const Url& url);

}  // namespace ingress_check::scheme_mismatch
