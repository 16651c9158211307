// Every cause that availability can name.
#include "checks/load/availability/judging.h"

namespace ingress_check::availability {

std::vector<Cause> causes() {
  const std::string ends = "Kubernetes documentation, Pod Lifecycle: termination of Pods";
  return {
      {"errors-during-change", "While something changed, requests were answered with errors.",
       "Let pods go on answering until the ingress has taken them out: a preStop hook of a few "
       "seconds, readiness probes, maxUnavailable: 0",
       ends},
      {"connections-cut", "While something changed, connections were cut or refused.",
       "Give what is under way time to end: worker-shutdown-timeout of the controller, "
       "terminationGracePeriodSeconds of the pods, deregistration delay of the balancer",
       "ingress-nginx documentation, ConfigMap: worker-shutdown-timeout"},
      {"not-found-during-change", "While something changed, the path was not known for a time.",
       "Add the new rule before the old one is taken away; one Ingress changed in place has no "
       "such "
       "gap",
       "Kubernetes documentation, Ingress: updating an Ingress"},
      {"stale-answers", "Some requests are still answered as before the change.",
       "Look for a replica of the ingress that does not follow: its log, its lease, its admission "
       "errors; and for endpoints that were not taken out",
       "Kubernetes documentation, EndpointSlices: conditions"},
      {"stall", "For a time nothing was answered.",
       "Look at what the change does to those who answer: a leader that moves, an address that is "
       "announced anew, a processor that is busy reloading",
       "MetalLB documentation, Layer 2 mode: failover"},
      {"failing", "Requests come to nothing whether anything changes or not.",
       "See the log of the ingress for the status, or the reason why the connection ended; then "
       "the "
       "pods' logs",
       "RFC 9110, 15.6: server errors"},
  };
}

}  // namespace ingress_check::availability
