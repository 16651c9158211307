// How Kubernetes names pods after what made them.
#pragma once

#include <string_view>

namespace ingress_check {

/// The pod's name is the service's own, or that of a workload of that name: a Deployment's
/// "app1-7d9f4c8b6-x2k4p", a DaemonSet's "app1-x2k4p", a StatefulSet's "app1-0", a practice pod's
/// "app1-a". False for "app1-admin-7d9f4c8b6-x2k4p": nothing tells whose that is.
bool pod_of_namesake(std::string_view pod, std::string_view service);

}  // namespace ingress_check
