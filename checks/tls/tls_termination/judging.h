// What the evidence of tls-termination proves, part by part.
#pragma once

#include "checks/conclusion.h"
#include "checks/tls/tls_termination/asking.h"

namespace ingress_check::tls_termination {

/// Everything that a part needs.
struct Case {
  const Picture& picture;
  const Params& params;
  const Subject& subject;
  Conclusion& conclusion;
};

/// Each name's certificate: default, dates, names, trust, fingerprint, replicas.
void judge_certificates(Case& the_case);
/// Whether the server looks at SNI.
void judge_sni(Case& the_case);
/// What it does with names that nobody configured.
void judge_unknown_name(Case& the_case);
/// Versions, ciphers, ALPN, resumption, stapling.
void judge_protocol(Case& the_case);
/// Where TLS ends: here, or at the ingress that `direct` names.
void judge_place(Case& the_case);
/// HSTS, what the pod saw, client certificates.
void judge_requests(Case& the_case);

/// The finding "TLS handshake for NAME".
Finding handshake_finding(const std::string& name, std::string expected, std::string actual);
/// Whole days until then, rounded down; negative once it is over.
std::int64_t days_between(std::chrono::system_clock::time_point now,
                          std::chrono::system_clock::time_point then);
/// "2026-03-01".
std::string date(std::chrono::system_clock::time_point when);

}  // namespace ingress_check::tls_termination
