#include "checks/routing/routing/causes.h"

namespace ingress_check::routing {

std::vector<Cause> causes() {
  const std::string path_rules =
      "Kubernetes documentation, Ingress: path types and multiple matches";
  const std::string host_rules = "Kubernetes documentation, Ingress: hostname wildcards";
  return {
      {"nothing-adopted", "No route at all is served: the controller has taken on no rule.",
       "Set spec.ingressClassName to the class of this controller, and see that the address "
       "belongs "
       "to it",
       "Kubernetes documentation, Ingress class; ingress-nginx ignores an Ingress without a class "
       "since 1.0"},
      {"host-not-matched", "No route of one host is served, while other hosts are.",
       "Compare the host under spec.rules with the name that clients send, letter by letter, and "
       "see that this Ingress has the class of the controller",
       host_rules},
      {"path-not-matched", "The host is served, but no rule matches the path.",
       "Add a rule for the path, or make it pathType Prefix if it is Exact and should match what "
       "is "
       "below it",
       path_rules},
      {"no-endpoints", "A rule matches, but its service has no pod that is ready.",
       "Compare the service's selector and port with the pods' labels and readiness (kubectl get "
       "endpointslices)",
       "ingress-nginx answers 503 for a service without active endpoints"},
      {"wrong-service", "A rule matches the route and leads to another service.",
       "Correct the backend service of this path's rule", path_rules},
      {"default-backend", "A request that no rule should match is answered by a service.",
       "Remove spec.defaultBackend or the rule for every host, or expect its service here",
       "Kubernetes documentation, Ingress: default backend"},
      {"prefix-without-element-boundary",
       "A prefix also matches paths that go on in the middle of an element: /app1 and /app1x.",
       "Use pathType Prefix, which compares whole elements, in place of ImplementationSpecific",
       path_rules},
      {"regex-mode",
       "Paths of the host are patterns: without regard to case, and open at their end.",
       "Remove use-regex and rewrite-target from every Ingress of this host, or end each pattern "
       "with (/|$)",
       "ingress-nginx documentation, Ingress path matching"},
      {"path-order", "A shorter prefix won over a longer one.",
       "Let the longest matching path win: put the longer path first where the controller keeps "
       "the "
       "order of the file, or in an Ingress of lower group order",
       path_rules},
      {"stale-replica", "Some connections are answered by other rules than the rest.",
       "Find the replica of the ingress whose configuration is old (compare their logs and "
       "configuration), and see why it does not follow",
       "ingress-nginx documentation, how it works: each replica reloads by itself"},
      {"wildcard-too-wide", "The * of a wildcard host stands for no label or for more than one.",
       "Give each further host a rule of its own, and let the wildcard stand for one label",
       host_rules},
      {"wildcard-too-narrow", "A wildcard host does not match a name with one label in its place.",
       "Write the host as \"*.\" and the rest, and see that the controller supports wildcards",
       host_rules},
      {"trailing-slash-redirect", "The path is redirected to itself with or without a last slash.",
       "Write the path in the rule without the last slash, or add a rule for both forms",
       "nginx documentation, location: a prefix that ends in a slash redirects the path without "
       "it"},
      {"ssl-redirect", "Plain HTTP is redirected to https.",
       "Set ssl-redirect and force-ssl-redirect to \"false\" for this host, or ask it over https",
       "ingress-nginx documentation, server-side HTTPS enforcement through redirect"},
      {"forwarded-header-missing",
       "The pod does not get a forwarding header, or gets another value.",
       "See which hop ends TLS or the connection: it has to set the header, and the ingress has to "
       "trust it (use-forwarded-headers) or set its own",
       "ingress-nginx documentation, ConfigMap use-forwarded-headers; RFC 7239, 4"},
      {"refused-under-load",
       "Routes are right one request after the other, and some are refused when many are sent.",
       "Raise limit-rps and its burst for this host, or state a lower rate under `under`",
       "ingress-nginx documentation, annotations: rate limiting"},
  };
}

}  // namespace ingress_check::routing
