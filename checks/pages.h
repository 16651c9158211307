// What servers say that received plain HTTP on a port that expects TLS, and the certificates that
// controllers serve when they have none for a name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "checks/profile.h"
#include "harness/evidence.h"

namespace ingress_check {

/// The body of an answer to plain HTTP on a TLS port.
struct PlainHttpPage {
  std::string_view server;  ///< "nginx"
  int status;
  std::string_view text;    ///< the body contains it
  std::string_view source;  ///< file of that project, or its documentation
};

/// Every such page that is known.
std::span<const PlainHttpPage> plain_http_pages();
/// The page that this answer is; null if it is none of them.
const PlainHttpPage* plain_http_page(int status, std::string_view body);

/// True for a server's own answer to what it cannot read as a request: 400 with no body, or with
/// the page that nginx, HAProxy, Go, Apache httpd, Envoy, Node.js, Tomcat or Jetty has for it.
bool malformed_request_page(int status, std::string_view body);

/// True for the answer of a server that demands https although it may have been used already
/// (Kong: 426 and "Please use HTTPS protocol"; RFC 9110, 15.5.22).
bool asks_for_https(int status, std::string_view body);

/// True for nginx's pages for clients without a certificate, or with a wrong one (errors 495, 496).
bool asks_for_certificate(int status, std::string_view body);

/// The controller that makes this certificate when it has none for a name; nothing if it is no such
/// certificate. The patterns of `profile` count too.
std::optional<std::string> default_certificate_of(const Profile& profile,
                                                  const Certificate& certificate);

/// Status, header fields and body of an HTTP/1 answer given as bytes; nothing if they do not begin
/// with a status line. A body that is chunked stays so.
struct RawAnswer {
  int status = 0;
  Headers headers;
  std::string body;
};
std::optional<RawAnswer> parse_answer(std::string_view bytes);

}  // namespace ingress_check
