#include "checks/profile.h"

namespace ingress_check {

const std::vector<std::pair<std::string, std::string>>& trait_keys() {
  static const std::vector<std::pair<std::string, std::string>> keys = {
      {"balance.policy", "which policy the evidence fits best: round-robin, random, ewma, ..."},
      {"body-limit.bytes", "largest request body that is passed on"},
      {"body-limit.status", "status of the answer to a larger one"},
      {"canary.precedence",
       "what decides whether a canary answers: header, cookie, weight (or cookie, header, weight)"},
      {"cookie.http-only", "whether the affinity cookie has HttpOnly: yes, no"},
      {"cookie.name", "name of the affinity cookie unless configured"},
      {"cookie.set", "when the affinity cookie is sent: once, always"},
      {"default-certificate", "common name of the certificate shown to unknown names"},
      {"forwarded.proto", "whether pods get X-Forwarded-Proto: yes, no"},
      {"forwarded.trusted", "whether X-Forwarded headers of clients are passed on: yes, no"},
      {"gateway-timeout.status", "status when a pod does not answer in time"},
      {"hsts.max-age", "max-age of Strict-Transport-Security in seconds; none: it is not sent"},
      {"limit.burst-factor", "requests accepted at once, in seconds of the limit"},
      {"limit.counting", "how requests are counted: bucket (it leaks evenly), window"},
      {"limit.status", "status of a request above the rate limit"},
      {"no-endpoints.status", "status of a rule whose service has no endpoints"},
      {"no-route.status", "status of a request that no rule matches"},
      {"path.boundary", "what ends a prefix: element (/app1 is not /app1x), none"},
      {"path.case", "whether paths tell upper from lower case: sensitive, insensitive"},
      {"path.exact-trailing-slash", "status of /foo where the rule is Exact /foo/"},
      {"plain-http-on-tls", "answer to plain HTTP on the TLS port: a status, or closed"},
      {"redirect.port", "port that redirects to https name: none, or the number"},
      {"redirect.status", "status of redirects to https"},
      {"redirect.trailing-slash", "what redirects to https do with the last slash: kept, stripped"},
      {"tls.alpn", "protocols offered, the preferred first: h2, http/1.1"},
      {"tls.client-certificate", "whether clients are asked for a certificate: asked, not asked"},
      {"tls.ends-at", "where TLS ends: the ingress, before the ingress"},
      {"tls.floor", "lowest TLS version that is accepted: 1.0 to 1.3"},
      {"tls.ocsp", "status of the stapled OCSP response: good, revoked, unknown, malformed, none"},
      {"tls.resumption", "whether a second connection may resume a session: yes, no"},
      {"wildcard.labels", "labels that the * of a wildcard host stands for: one, many"},
  };
  return keys;
}

}  // namespace ingress_check
