// Every cause that rate-limit can name.
#include "checks/limits/rate_limit/judging.h"

namespace ingress_check::rate_limit {

std::vector<Cause> causes() {
  const std::string nginx = "ingress-nginx documentation, annotations: rate limiting";
  return {
      {"no-limit", "Nothing is refused: no limit is in force for this path.",
       "Set nginx.ingress.kubernetes.io/limit-rps (or limit-rpm) on the Ingress that serves this "
       "path, and see that this client is not in limit-allowlist",
       nginx},
      {"limit-multiplied", "Every replica of the ingress keeps a limit of its own.",
       "Divide the limit by the number of replicas, or write how many there are under `replicas`",
       "ingress-nginx documentation, annotations: limits are applied per ingress-controller "
       "replica"},
      in_force(
          {"other-rate", "Another rate is in force than the one stated.",
           "Compare `limit` with the annotation: limit-rps counts by the second, limit-rpm by the "
           "minute; two Ingresses for one path may each have their own",
           nginx}),
      in_force(
          {"burst-absent", "Nothing above the even rate is let through: there is no burst.",
           "Set limit-burst-multiplier (5 unless configured), or write burst: 0 if that is meant",
           nginx}),
      in_force({"other-burst", "Another burst is in force than the one stated.",
                "Compare `burst` or `multiplier` with limit-burst-multiplier of the Ingress",
                nginx}),
      in_force({"wrong-status", "What is above the limit is refused with another status.",
                "Set limit-req-status-code in the controller's ConfigMap, or write the status that "
                "is meant",
                "ingress-nginx documentation, ConfigMap: limit-req-status-code"}),
      in_force(
          {"shared-by-clients", "All clients share one limit.",
           "Let the ingress see the clients' addresses: externalTrafficPolicy: Local, or PROXY "
           "protocol, or use-forwarded-headers behind a balancer that sets X-Forwarded-For",
           "Kubernetes documentation, Preserving the client source IP"}),
      in_force({"shared-by-ingresses", "Another Ingress is touched by this limit.",
                "Look for a limit at the balancer or for all of the controller (http-snippet, "
                "global limits); ingress-nginx itself keeps one for each Ingress",
                nginx}),
      {"forgeable-client", "A header that anybody can send makes a client another one.",
       "Switch use-forwarded-headers off, or let only the balancer's addresses set it "
       "(proxy-real-ip-cidr)",
       "ingress-nginx documentation, ConfigMap: use-forwarded-headers, proxy-real-ip-cidr"},
      {"unlimited-path", "Another path under the same limit is not refused when it is used up.",
       "Put the paths into one Ingress, or set the annotation on every Ingress that serves one of "
       "them (then each keeps a limit of its own)",
       nginx},
      in_force(
          {"window", "Requests are counted in windows of time, not in a bucket that leaks.",
           "Use the limit that was stated (limit_req in nginx), or state what the window takes; a "
           "window lets twice its number through around its edge",
           "nginx documentation, ngx_http_limit_req_module: the leaky bucket method"}),
      in_force(
          {"starving-window", "Refused requests are counted too: who goes on asking gets nothing.",
           "Count only what is let through, or let clients wait before they try again "
           "(Retry-After)",
           "HAProxy configuration manual, http_req_rate and sc_conn_rate count every request"}),
      in_force(
          {"no-endpoints", "The path is refused without any load: its service has no endpoints.",
           "kubectl get endpointslices for the service: its selector, its pods' readiness and port",
           "ingress-nginx, balancer.lua: 503 for a service without endpoints, before any limit"}),
  };
}

}  // namespace ingress_check::rate_limit
