// Bytes written, bytes read back: over TCP or TLS, behind a PROXY header if asked.
#pragma once

#include <string>

#include "harness/evidence.h"
#include "harness/sender.h"
#include "harness/socket.h"

namespace ingress_check {

/// Holds each dialogue of `bytes` on a connection of its own, one after the other, and adds one
/// reply each to `evidence`. Sets `evidence.end` when stopped.
Result<void> run_dialogues(const Target& target, const Bytes& bytes, const Route& route,
                           Watch& watch, Evidence& evidence);

/// The PROXY protocol header (text of version 1, or the binary one of version 2) that says that
/// `from` talks to `to`. Both must be of one family.
std::string proxy_header(Dialogue::Proxy version, const Endpoint& from, const Endpoint& to);

}  // namespace ingress_check
