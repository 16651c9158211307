// The `checks` of a file: each item to one CheckItem with a Trial for every target and combination.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "scenarios/load.h"
#include "scenarios/targets.h"
#include "scenarios/yaml.h"

namespace ingress_check {

/// Decodes the list; every mistake goes to `errors`. Trials come combination by combination, within
/// each target by target.
std::vector<CheckItem> read_items(const Node& list, std::span<const CheckWords* const> checks,
                                  const TargetNames& targets, const LoadOptions& options,
                                  const DecodeContext& context, Errors& errors);

}  // namespace ingress_check
