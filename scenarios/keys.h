// The keys of a map: which are known, which go together, and what to say of the others.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/fields.h"
#include "scenarios/yaml.h"

namespace ingress_check {

/// Null if there is none.
const Field* find_field(const std::vector<Field>& fields, std::string_view name);
std::vector<std::string> names_of(const std::vector<Field>& fields);

/// What to say of a key that the innermost of `tables` (the last) does not know: where it belongs,
/// or which key was probably meant.
Error unknown_key(const Node& key, const std::vector<const std::vector<Field>*>& tables,
                  const DecodeContext& context);

/// Adds a mistake if the written keys of the map break the rule. `meant`: keys that misspelt ones
/// stand for.
void obey(const Node& map, const KeyRule& rule, const std::vector<std::string>& meant,
          Errors& errors);

/// Whether a default of `name` would break a rule, since a key that excludes it was written.
bool excluded(const Node& map, std::string_view name, const std::vector<KeyRule>& rules);

}  // namespace ingress_check
