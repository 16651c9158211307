// TLS handshakes of our own, past libcurl: any version, any cipher, with or without SNI, and a
// refusal told apart from our own inability.
#pragma once

#include "harness/evidence.h"
#include "harness/sender.h"
#include "harness/socket.h"

namespace ingress_check {

/// Makes every handshake of `handshakes` on a connection of its own, one after the other, and adds
/// one reply for each round to `evidence` (with `resume`: of the second connection, or of the first
/// if that failed). Certificates are verified, but never end a handshake: the outcome is ok and the
/// facts tell. Sets `evidence.end` when stopped. Errors: the target's `ca`, `certificate` or `key`.
Result<void> run_handshakes(const Target& target, const Handshakes& handshakes, const Route& route,
                            Watch& watch, Evidence& evidence);

}  // namespace ingress_check
