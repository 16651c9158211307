// `controller` and `answered-by`: decoded values to what a Target holds.
#pragma once

#include "scenarios/load.h"

namespace ingress_check {

/// Sets Target::controller and its overrides.
void read_controller(const Value& value, const LoadOptions& options, Target& target,
                     Errors& errors);

/// Reads a preset, one way for all services, or a map by service (`any` for all others).
AnsweredBy read_answered_by(const Value& value, const LoadOptions& options, Errors& errors);

}  // namespace ingress_check
