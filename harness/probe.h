// The Sender for few and whole exchanges: libcurl for HTTP, OpenSSL for handshakes, plain sockets
// for bytes.
#pragma once

#include <memory>
#include <string>

#include "harness/allowance.h"
#include "harness/sender.h"

namespace ingress_check {

struct ProbeOptions {
  std::string user_agent;          ///< "ingress-check/VERSION (run ID)"
  Allowance* allowance = nullptr;  ///< one for the whole run; outlives the sender; null: no cap
};

/// Proxy variables, netrc, HSTS, Alt-Svc, DNS caches across checks and redirects are off.
/// Credentials among the target's headers go only to the host of its own URL (outgoing.h). A
/// certificate that does not verify ends the exchange with tls_error and its facts, unless the
/// target is `insecure`: then the exchange goes on and the facts say so.
std::unique_ptr<Sender> make_probe(const ProbeOptions& options);

}  // namespace ingress_check
