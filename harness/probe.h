// The Sender for few and whole exchanges: libcurl for HTTP, OpenSSL for handshakes, plain sockets
// for bytes.
#pragma once

#include <memory>
#include <string>

#include "harness/sender.h"

namespace ingress_check {

struct ProbeOptions {
  std::string user_agent;  ///< "ingress-check/VERSION (run ID)"
  double most_per_second =
      0;  ///< of all that this sender sends to addresses outside loopback and `allowed`; 0: no cap
  std::vector<std::string> allowed = {};  ///< networks (CIDR) or IPs that the cap does not hold for
};

/// Proxy variables, netrc, HSTS, Alt-Svc, DNS caches across checks and redirects are off.
/// Credentials among the target's headers go only to the host of its own URL (outgoing.h). A
/// certificate that does not verify ends the exchange with tls_error and its facts, unless the
/// target is `insecure`: then the exchange goes on and the facts say so.
std::unique_ptr<Sender> make_probe(ProbeOptions options);

}  // namespace ingress_check
