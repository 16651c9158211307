// What the evidence of scheme-mismatch proves.
#pragma once

#include "checks/conclusion.h"
#include "checks/tls/scheme_mismatch/asking.h"

namespace ingress_check::scheme_mismatch {

/// Symptoms of one side of a connection that takes the other for something else. Returns true if
/// they explain what https answers, so that nothing else about it is worth saying.
bool judge_schemes(const Picture& picture, const Subject& subject, Conclusion& conclusion);
/// Loops, and what redirects to https keep: code, path, query, port.
void judge_redirects(const Picture& picture, const Params& params, const Subject& subject,
                     Conclusion& conclusion);

/// "TLS ends at 127.0.0.1:443 with the certificate ..., which ingress-nginx makes itself".
std::string who_ends_tls(const Picture& picture, const Subject& subject);
/// "400", "connection closed without an answer".
std::string said(const Hop& hop);
/// True if a redirect changes the scheme (and the port) of its URL and nothing else; a slash at the
/// end apart.
bool kept_path_and_query(const Hop& hop);
Finding finding_of(const Trail& trail, const Hop& hop, std::string expected, std::string actual);

}  // namespace ingress_check::scheme_mismatch
