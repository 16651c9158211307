// Ingress manifests, as `kubectl apply -f` takes them: several documents in a file, lists among
// them. (https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/)
#pragma once

#include <string_view>

#include "harness/commands/draft/sketch.h"
#include "scenarios/error.h"

namespace ingress_check {

/// Whether the text is a manifest rather than a log: a line names an apiVersion or a kind.
bool is_manifest(std::string_view text);

/// Adds the routes and hosts of every Ingress in it, checks for the annotations that a check knows,
/// and remarks about all else. Returns mistakes in order, each with place and mend: broken YAML,
/// keys in the wrong place, API versions that clusters no longer serve. What can be read in spite
/// of them is added.
Errors read_manifest(std::string_view text, const std::string& file, Sketch& sketch);

}  // namespace ingress_check
