#include "checks/routing/exchange/causes.h"

namespace ingress_check::exchange {

std::vector<Cause> causes() {
  return {
      {"forged-header-believed",
       "A forwarding header that the client made up reached the pod as the truth.",
       "Switch use-forwarded-headers off where clients connect directly, or let the ingress trust "
       "only the addresses of its proxies (proxy-real-ip-cidr) and those proxies overwrite the "
       "headers",
       "ingress-nginx documentation, ConfigMap use-forwarded-headers; RFC 7239, 8.1"},
      {"body-limit", "The body is larger than the ingress lets through.",
       "Raise proxy-body-size for this host (client_max_body_size of nginx), or expect 413 here",
       "ingress-nginx documentation, annotation proxy-body-size; RFC 9110, 15.5.14"},
      {"backend-timeout", "The ingress did not wait long enough for the pod, or the pod hangs.",
       "Raise proxy-read-timeout above the longest answer that is right, or find out what the pod "
       "waits for",
       "ingress-nginx documentation, annotation proxy-read-timeout; RFC 9110, 15.6.5"},
      {"no-endpoints", "A rule matches, but its service has no pod that is ready.",
       "Compare the service's selector and port with the pods' labels and readiness (kubectl get "
       "endpointslices)",
       "ingress-nginx answers 503 for a service without active endpoints"},
      {"bad-gateway", "The ingress reaches no pod at the service's port, or pods end connections.",
       "Compare the service's targetPort with the port on which the container listens, and the "
       "annotation backend-protocol with what it speaks there",
       "RFC 9110, 15.6.3; Kubernetes documentation, Service: port definitions"},
      {"no-rule", "No rule of the ingress matches host and path of the request.",
       "Add a rule for this host and path, and see that its Ingress has the class of the "
       "controller",
       "Kubernetes documentation, Ingress rules"},
      {"https-redirect", "Plain HTTP is redirected to https.",
       "Set ssl-redirect and force-ssl-redirect to \"false\" for this host, or ask it over https",
       "ingress-nginx documentation, server-side HTTPS enforcement through redirect"},
      {"slow-answer", "The answer is right and comes too late.",
       "Compare the times in the log of the ingress (request_time and upstream_response_time): "
       "they tell whether the pod takes so long or the way to it",
       "ingress-nginx documentation, log format"},
  };
}

}  // namespace ingress_check::exchange
