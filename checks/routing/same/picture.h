// One answer taken to pieces that can each be compared with the same piece of another answer.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "checks/routing/same/plan.h"

namespace ingress_check::same {

enum class Of {
  answer,  ///< "yes", or how the exchange ended without one
  status,
  service,       ///< that named itself; no piece where nobody did
  location,      ///< resolved, the asked host as {host}
  header_count,  ///< how often a field is there; fields that are not there have no piece
  header,        ///< its values
  cookie_count,
  cookie,  ///< one attribute of one cookie
  compression,
  body_size,   ///< of one that is longer than what is compared, and did not come packed
  body_shape,  ///< which pieces the body has
  body,        ///< one line of it, or one member of a JSON document
  seen_count,  ///< of the request as it reached the pod: how often a header is there
  seen,        ///< method, path, host, protocol, or a header's values
};

struct Piece {
  Of of;
  std::string name;  ///< in lower case of a header; of a cookie's attribute "session Path"
  auto operator<=>(const Piece&) const = default;
};

using Picture = std::map<Piece, std::string>;

/// What is left of texts once everything is replaced that tells two equal ingresses apart: the
/// name of the pod that answered, the host that was asked, and what the user ignores.
class Picturing {
 public:
  explicit Picturing(const Plan& plan);
  ~Picturing();
  Picturing(const Picturing&) = delete;
  Picturing& operator=(const Picturing&) = delete;

  /// `own`: the URL that was asked, if the other target has another host or port; else null.
  Picture take(const Request& request, const Exchange& exchange, const Url* own) const;

 private:
  struct Patterns;
  bool ignores(std::string_view header) const;
  std::string plain(std::string_view text, const Exchange& exchange, const Url* own) const;
  void headers(const Headers& fields, Of count, Of value, const Exchange& exchange, const Url* own,
               Picture& picture) const;
  void cookies(const Exchange& exchange, const Url* own, Picture& picture) const;
  void body(const Exchange& exchange, const Url* own, Picture& picture) const;
  void seen(const Exchange& exchange, const Url* own, Picture& picture) const;

  const Plan& plan_;
  std::unique_ptr<Patterns> patterns_;
};

/// The pieces of a body: members of a JSON document by their pointers (RFC 6901), else lines by
/// their numbers; one piece of a body that has more than a thousand. `whole` is false if its end
/// was not kept: then its last line is left out.
std::map<std::string, std::string> pieces_of_body(const std::string& body, bool whole);

/// A Location as seen from the request, with the asked host and port as {host}; as it stands if it
/// is no URL.
std::string plain_location(const Url& asked, std::string_view location);

}  // namespace ingress_check::same
