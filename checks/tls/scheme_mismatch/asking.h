// What scheme-mismatch sends, phase by phase, and what the evidence says of the two doors.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "checks/tls/scheme_mismatch/trail.h"

namespace ingress_check::scheme_mismatch {

/// Everything that was learnt so far.
struct Picture {
  Doors doors;
  const HandshakeReply* https = nullptr;  ///< of the https door
  const HandshakeReply* http = nullptr;   ///< of the http door, which should not speak TLS
  const BytesReply* plain = nullptr;      ///< to plain HTTP on the https door
  const Evidence* controls = nullptr;     ///< the phase "controls"
  std::vector<Trail> trails;

  bool https_open() const;  ///< something took a connection there
  bool http_open() const;   ///< the same for http
  bool tls_works() const;   ///< the https door completed a handshake
  bool trusted() const;     ///< with a certificate that verifies
  const Trail* leg(std::string_view name) const;
  const BytesReply* control(std::string_view name) const;
};

Picture look(const Params& params, const Subject& subject, std::span<const Evidence> so_far);

/// What a door did that makes a PROXY header on one side only likely.
enum class Oddity {
  none,
  silent,       ///< takes connections and closes them without a byte
  bad_request,  ///< answers 400 to a proper request, and no application said so
};
Oddity oddity(const Picture& picture, const Subject& subject, bool https);

/// The next phase; nothing when all is known that this check can find out.
std::optional<Traffic> next_phase(const Params& params, const Subject& subject,
                                  std::span<const Evidence> so_far);

}  // namespace ingress_check::scheme_mismatch
