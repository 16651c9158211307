// The causes that canary can name.
#include "checks/balance/canary/plan.h"

namespace ingress_check::canary {

namespace {
constexpr const char* annotations = "ingress-nginx documentation, annotations: canary";
}

std::vector<Cause> causes() {
  return {
      {"not-a-canary", "No request reaches the canary at all.",
       "Set the annotation canary: \"true\" on the canary's own Ingress, and give it the host and "
       "the path of the stable one",
       annotations},
      {"header-ignored", "The header does not decide where a request goes.",
       "Set canary-by-header to that name; canary-by-header-value and -pattern take their meaning "
       "from always and never; see whether a proxy before the ingress removes the header",
       annotations},
      {"cookie-ignored", "The cookie does not decide where a request goes.",
       "Set canary-by-cookie to that name; see whether a proxy before the ingress removes cookies",
       annotations},
      in_force({"precedence-reversed", "The cookie beats the header.",
                "See what decides first: the header should, then the cookie, then the weight",
                annotations}),
      in_force({"canary-weights-swapped",
                "The canary has the share of the stable service, and the other way round.",
                "Exchange the weights: canary-weight is the share of the canary", annotations}),
      in_force(
          {"canary-weight-off", "The canary's share is another one than is stated.",
           "Compare canary-weight and canary-weight-total with what is stated, on every replica",
           annotations}),
      in_force({"neither-service", "Another service than these two answers.",
                "Compare the backends of both Ingresses with the services that are stated",
                "Kubernetes documentation, Ingress: rules"}),
  };
}

}  // namespace ingress_check::canary
