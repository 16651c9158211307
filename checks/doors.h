// The two doors of a target: its http and its https port, and what a certificate is called.
#pragma once

#include <string>
#include <vector>

#include "checks/check.h"

namespace ingress_check {

/// Where the two schemes of one host and path are asked.
struct Doors {
  Url http, https;
  /// Why that door cannot be asked apart from the other; empty: it can.
  std::string http_closed, https_closed;
  bool https_guessed = false;  ///< nobody wrote where https is: 443 is an assumption
};

/// From `url` or `path`, `http-port` and `https-port` of the check, and the target. A target whose
/// `address` sends every port to one port has only the door of its own scheme.
Doors doors(const Params& params, const Subject& subject);

/// The parameters that doors() reads.
std::vector<Field> door_fields();
std::vector<KeyRule> door_rules();

/// True if no connection came about, so that nothing was learnt about what answers.
bool unreached(Outcome outcome);
/// "connection refused at 127.0.0.1:443", "frieza.dev has no address", ... for people.
std::string why_unreached(Outcome outcome, const std::string& host, const std::string& address,
                          const std::string& detail);

/// An IP address as a URL's host: such names are never sent as SNI (RFC 6066, 3).
bool is_ip(std::string_view host);

/// `"CN=frieza.dev" issued by "CN=lab"`.
std::string name_of(const Certificate& certificate);

}  // namespace ingress_check
