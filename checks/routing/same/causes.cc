#include "checks/routing/same/difference.h"

namespace ingress_check::same {

// The gravest first: findings and diagnoses come in this order.
std::vector<Cause> causes() {
  return {
      {"no-answer", "One ingress answers the request, from the other comes no answer.",
       "Look into the log of the one that does not answer for this request; compare its ports, its "
       "certificates and the protocol that it speaks to the service",
       "RFC 9110, 15.6.3"},
      {"timeout-differs", "One ingress gives up waiting for the pod, the other waits longer.",
       "Give both the same time: proxy-read-timeout of ingress-nginx, and what it is called on the "
       "other (a timeout of the route or of the backend)",
       "ingress-nginx documentation, annotation proxy-read-timeout; RFC 9110, 15.6.5"},
      {"body-limit-differs", "One ingress refuses a body that the other lets through.",
       "Give both the same limit: proxy-body-size of ingress-nginx is 1m unless set; others have "
       "none unless told",
       "ingress-nginx documentation, annotation proxy-body-size; RFC 9110, 15.5.14"},
      {"host-matched-differently",
       "The host of the request has a rule on one ingress and another one, or none, on the other.",
       "Compare the hosts of both configurations: spelling, wildcards (one label or many), and "
       "what "
       "answers hosts that nobody names",
       "Kubernetes documentation, Ingress: hostname wildcards"},
      {"path-normalised",
       "One ingress cleans the path (doubled slashes, dot segments, escapes) before it matches it "
       "or passes it on, the other takes it as it came.",
       "Set merge-slashes and the normalisation of paths alike where the new ingress has such "
       "settings, or have clients send plain paths",
       "RFC 3986, 6.2.2; nginx documentation, merge_slashes"},
      {"case-of-path", "One ingress tells upper from lower case in paths, the other does not.",
       "On ingress-nginx use-regex and rewrite-target make every path of the host "
       "case-insensitive: name the other spellings on the new ingress, or use a pattern there",
       "ingress-nginx documentation, ingress path matching"},
      {"trailing-slash",
       "A path with a slash at its end is another path, or redirected, on one ingress and not on "
       "the other.",
       "Name both forms of the path in the rules of the new ingress, or use Prefix in place of "
       "Exact; take out the redirect that only one has",
       "Kubernetes documentation, Ingress: path types"},
      {"route-missing", "One ingress has a rule for the request, the other has none.",
       "Add the rule, and see that its Ingress or route is adopted by the new controller (class, "
       "parent gateway, path type)",
       "Kubernetes documentation, Ingress rules"},
      {"another-service", "The request reaches another service.",
       "Compare the rules that fit the path on both: which wins (the longest, the first, the "
       "exact), where a prefix ends, and which service it names",
       "Kubernetes documentation, Ingress: multiple matches"},
      {"https-redirect-differs", "One ingress sends plain HTTP to https, the other answers it.",
       "ingress-nginx redirects every host with a tls section (ssl-redirect); others have to be "
       "told to. Configure the same on both",
       "ingress-nginx documentation, server-side HTTPS enforcement through redirect"},
      {"redirect-changes-method",
       "One ingress redirects with a status that keeps the method and the body, the other with one "
       "after which clients send GET.",
       "Use 307 or 308 where the old ingress does: after 301, 302 and 303 a POST becomes a GET "
       "without its body",
       "RFC 9110, 15.4"},
      {"cors-differs", "Pages of other origins may use the answer of one ingress only.",
       "Carry over the CORS settings (enable-cors, cors-allow-origin and the like of "
       "ingress-nginx), preflight requests included",
       "Fetch standard, CORS protocol; ingress-nginx documentation, annotation enable-cors"},
      {"status-differs", "The same request gets another status.",
       "Ask for it on both and look into both logs: they name the rule and the pod",
       "RFC 9110, 15"},
      {"redirect-target-differs", "The redirect leads somewhere else.",
       "Compare scheme, host, port, path and query of both Locations with the settings that make "
       "them (redirects, rewrites, the port that the ingress believes to have)",
       "RFC 9110, 10.2.2"},
      {"cookie-set-differs", "One ingress sets a cookie that the other does not set, or twice.",
       "If it is the cookie of session affinity, configure affinity on the new ingress; if an "
       "application sets it, see what takes it out or sets it again",
       "ingress-nginx documentation, session affinity; RFC 6265, 4.1"},
      {"cookie-attributes-differ", "A cookie comes with other attributes.",
       "Set Path, Domain, HttpOnly, Secure, SameSite and the age of the cookie as on the old "
       "ingress; see proxy-cookie-path and proxy-cookie-domain, which rewrite them",
       "RFC 6265, 4.1.2; ingress-nginx documentation, session affinity"},
      {"header-missing", "A header field of the old answer is not in the new one.",
       "Find what added it (a snippet, add-headers, the application) or what removes it now, and "
       "carry it over",
       "ingress-nginx documentation, custom headers"},
      {"header-added", "The new answer has a header field that the old one has not.",
       "See which setting of the new ingress adds it, and whether clients mind", "RFC 9110, 5"},
      {"header-doubled", "A header field comes more often from one ingress than from the other.",
       "Both the application and the ingress set it: let one of them do it", "RFC 9110, 5.3"},
      {"header-differs", "A header field has another value.",
       "Compare the settings that make it; name it under `ignore` if it may differ", "RFC 9110, 5"},
      {"compression-differs", "One ingress compresses the body, or in another way.",
       "Configure compression alike: use-gzip, gzip-types and gzip-min-length of ingress-nginx",
       "ingress-nginx documentation, ConfigMap use-gzip; RFC 9110, 8.4"},
      {"error-page-differs", "Both refuse the request alike, with another page.",
       "Programs that read error pages see something else: set custom-http-errors or a default "
       "backend on both, or accept it",
       "ingress-nginx documentation, custom errors"},
      {"body-differs", "The body is not the same.",
       "See whether an ingress rewrites bodies (sub_filter, a plugin), and whether both lead to "
       "the "
       "same version of the application",
       "nginx documentation, sub_filter"},
      {"request-arrives-changed", "The pod gets another request: path, host or headers of it.",
       "Compare what both set on the way to the pod: rewrites, upstream-vhost, forwarded headers",
       "ingress-nginx documentation, ConfigMap proxy-set-headers and use-forwarded-headers"},
  };
}

}  // namespace ingress_check::same
