// One HTTP request as a check wants it. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/headers.h"
#include "scenarios/scenario.h"
#include "scenarios/units.h"
#include "scenarios/url.h"

namespace ingress_check {

enum class ClientCertificate {
  as_target,  ///< the target's `certificate`, if it has one
  none,
  untrusted,  ///< self-signed, made on the spot, unknown to every authority
};

/// How a request meets connections.
enum class Reuse {
  fresh,  ///< a new connection for every request
  kept,   ///< the same client's requests go over one kept-alive connection where the peer allows it
};

struct Request {
  std::string method = "GET";
  Url url;
  Headers headers = {};  ///< besides the target's; Host replaces the URL's
  std::string body = {};
  std::uint32_t times =
      1;  ///< sent so often, one after the other in rounds over all requests of the phase
  Reuse reuse = Reuse::fresh;
  std::string client = {};  ///< cookie jar and kept connections belong to a client; empty: no jar
  std::string source_address = {};  ///< local IP; empty: the kernel's choice
  std::optional<std::string> address =
      {};                                ///< connect to host:port instead of where the target says
  std::optional<std::string> sni = {};   ///< instead of the target's or the host's
  std::optional<HttpVersion> http = {};  ///< instead of the target's
  ClientCertificate certificate = ClientCertificate::as_target;
  std::optional<Duration> timeout = {};  ///< instead of the target's
  bool every_address = false;  ///< `times` on each address that the name resolves to (at most 8)
  /// Sent again while the answer's status is in `retry_statuses` or its outcome is not ok, for at
  /// most `retry_within`.
  Duration retry_within = Duration::zero();
  Statuses retry_statuses = {};
};

}  // namespace ingress_check
