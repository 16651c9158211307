// Shapes: whether what was written has one that a field takes, and which alternative it means.
#pragma once

#include "scenarios/fields.h"
#include "scenarios/yaml.h"

namespace ingress_check {

/// Whether the field takes a scalar, list or map, whichever the node is. Nothing fits no field.
bool fits_shape(const Node& node, const Field& field);

/// The alternative of an `either` that has the node's shape; there must be one.
const Field& alternative(const Node& node, const Field& field);

}  // namespace ingress_check
