// What goes out for one request: the same for the probe and for the curl line that reproduces it.
#pragma once

#include <string>

#include "harness/address.h"
#include "harness/traffic.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// One request, made ready. Everything that the user or the check decides; nothing of libcurl.
struct Outgoing {
  bool https = false;
  std::string name;         ///< stands in the URL for libcurl: it becomes the SNI (an IP: no SNI)
  std::string verify_name;  ///< that the server's certificate must cover: the SNI, else the host
  std::uint16_t port = 0;   ///< of the URL
  std::string path;         ///< as the user wrote it
  std::string method;
  HttpVersion http = HttpVersion::any;
  Headers headers;   ///< the target's and the request's, Host if it is not plain from `name`
  std::string body;  ///< empty for HEAD
  bool has_body =
      false;  ///< also true for an empty one where the method has a body: Content-Length: 0
  Destination connect_to;  ///< where the connection goes, before any lookup

  /// scheme://name[:port]path, as libcurl gets it.
  std::string url() const;
};

/// Puts target and request together. Of the target's headers, those that carry credentials go only
/// to the host of the target's own URL, and from an https target not over plain http. A header of
/// the request replaces the target's of that name. Errors: an address that cannot be read; a method
/// or header that would break the message.
Result<Outgoing> prepare(const Target& target, const Request& request);

/// The host that the server hears, without its port.
std::string host_named(const Request& request, const Outgoing& out);

/// Which HTTP is asked for: `2` and `h2c` mean HTTP/2 by ALPN on https; on plain http `h2c` is
/// HTTP/2 by prior knowledge and `2` is HTTP/1.1, as browsers do it.
enum class Protocol { http1, http2_by_alpn, http2_prior_knowledge };
Protocol protocol_of(const Outgoing& outgoing);

}  // namespace ingress_check
