// What is wrong with a certificate that was shown for a name: each fault with the cause that it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/tls/tls_termination/judging.h"

namespace ingress_check::tls_termination {

/// One thing that is wrong with a certificate.
struct Fault {
  std::string cause;  ///< empty: none of the known ones
  std::string expected, actual, text, separates;
};

/// Everything wrong with it; a controller's default certificate has no other fault worth telling.
/// What `insecure` takes out of the verdict becomes a note.
std::vector<Fault> faults(const TlsFacts& facts, const std::string& name, Case& the_case);

/// The intermediate certificate that signed the server's own; null if none was sent.
const Certificate* issuer_of(const TlsFacts& facts);

}  // namespace ingress_check::tls_termination
