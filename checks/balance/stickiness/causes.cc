// The causes that stickiness can name.
#include "checks/balance/stickiness/plan.h"

namespace ingress_check::stickiness {

namespace {
constexpr const char* sessions = "ingress-nginx documentation, annotations: session affinity";
}

std::vector<Cause> causes() {
  return {
      {"no-cookie", "No affinity cookie is set.",
       "Set affinity: cookie on the Ingress of just this host and path, and its "
       "session-cookie-name; with several Ingresses for one Service the first one's affinity "
       "counts",
       sessions},
      in_force({"wrong-cookie-path", "The cookie's Path is another one than it should be.",
                "Set session-cookie-path; with use-regex it has no default that makes sense",
                sessions}),
      {"readable-by-scripts", "The cookie has no HttpOnly.",
       "Let it be set with HttpOnly (HAProxy: httponly; Traefik: sticky.cookie.httpOnly)",
       "RFC 6265, 4.1.2.6"},
      {"sent-in-the-clear", "The cookie is set over TLS without Secure.",
       "Set session-cookie-secure; behind a balancer that ends TLS the ingress does not know that "
       "there was any",
       "RFC 6265, 4.1.2.5"},
      in_force({"wrong-attributes", "SameSite or the lifetime of the cookie are not as configured.",
                "Set session-cookie-samesite (just Strict, Lax or None) and session-cookie-max-age",
                sessions}),
      in_force({"set-on-every-response",
                "The cookie is set on every response, not only when a pod is chosen.",
                "Expect set: always where the balancer does so (ALB); else see what forgets the "
                "cookie that "
                "the client sends",
                "AWS documentation, sticky sessions for Application Load Balancers"}),
      in_force({"set-only-once",
                "The cookie is set when a pod is chosen, and not on every response.",
                "Expect set: once, as ingress-nginx does", sessions}),
      {"lost-between-replicas", "Replicas of the ingress read the same cookie in different ways.",
       "Let all replicas have the same configuration, secret and endpoints; restart the one that "
       "differs",
       sessions},
      {"lost-on-reconnect", "A client that comes back over another connection gets another pod.",
       "See whether the ingress looks at the cookie at all, or pins connections instead: affinity "
       "has no effect with service-upstream",
       sessions},
      {"not-pinned", "Requests that carry the cookie are balanced all the same.",
       "See whether the cookie that is set is the one that is read, and whether a rule for a "
       "canary "
       "or another Ingress of the host takes the request",
       sessions},
      {"lost-over-h2", "Over HTTP/2 the cookie does not pin.",
       "See whether the ingress joins the cookie fields that HTTP/2 may split", "RFC 9113, 8.2.3"},
      in_force(
          {"pinned-to-dead-pod", "Clients are pinned to a pod that does not answer.",
           "Set session-cookie-change-on-failure, and see why the pod is still among the endpoints",
           sessions}),
      in_force({"one-pod-for-all", "All clients are pinned to one pod.",
                "See whether the value that is hashed differs from client to client", sessions}),
      in_force({"pod-without-clients", "A pod gets no client at all.",
                "Compare the pods with the Service's EndpointSlices: labels, readiness, port",
                "Kubernetes documentation, EndpointSlices: conditions"}),
  };
}

}  // namespace ingress_check::stickiness
