#include "checks/balance/distribution/causes.h"

namespace ingress_check::distribution {

std::vector<Cause> causes() {
  return {
      {"policy-ignored", "Another policy than the one that is configured chooses the pods.",
       "See which value is in force: on ingress-nginx the annotation load-balance, unless affinity "
       "or upstream-hash-by overrides it, else the ConfigMap's; a misspelt value is round_robin",
       "ingress-nginx documentation, annotations and ConfigMap: load-balance"},
      in_force({"pod-never-chosen", "A pod that should answer is never chosen.",
                "Compare the pods with the Service's EndpointSlices: its labels, its readiness, "
                "its port",
                "Kubernetes documentation, EndpointSlices: conditions"}),
      {"clients-pinned", "All requests of one client go to one pod.",
       "Look for affinity or a hash of the client: upstream-hash-by, sessionAffinity: ClientIP of "
       "a Service that the ingress goes through",
       "ingress-nginx documentation, annotations: upstream-hash-by; Kubernetes, sessionAffinity"},
      {"connections-pinned", "Connections are balanced, and not the requests on them.",
       "Let the ingress go to the pods itself and not to the Service's address, and let no "
       "balancer "
       "of layer 4 stand where requests are to be spread",
       "ingress-nginx documentation, annotations: service-upstream"},
      in_force(
          {"pod-favoured", "One pod gets more or less than its share, the others are even.",
           "Look for its address twice among the endpoints, for a weight, and for a replica of the "
           "ingress that knows other endpoints than the others",
           "Kubernetes documentation, EndpointSlices: the same endpoint may be in several slices"}),
      in_force({"weights-swapped", "The shares are those that are stated, given to the wrong ones.",
                "Exchange the weights: on ingress-nginx canary-weight is the share of the canary",
                "ingress-nginx documentation, annotations: canary-weight"}),
      in_force({"weights-off", "The shares are other ones than those that are stated.",
                "Compare the weights that are in force with those that are meant, and their total",
                "ingress-nginx documentation, annotations: canary-weight and canary-weight-total"}),
      in_force({"other-pods", "Pods answer that are not among those that are stated.",
                "See whether the Service's selector catches pods of another workload, or correct "
                "what is "
                "stated",
                "Kubernetes documentation, Services: selectors"}),
      in_force({"never-forgiven",
                "A pod that was slow once gets nothing any more although it is fast.",
                "Let what is remembered of a pod fade, as ewma does within seconds, or let it be "
                "asked now "
                "and then",
                "ingress-nginx source, rootfs/etc/nginx/lua/balancer/ewma.lua: DECAY_TIME"}),
  };
}

}  // namespace ingress_check::distribution
