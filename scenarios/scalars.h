// One scalar of a scenario to its Value: the kinds of fields.h that are written as one word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/error.h"
#include "scenarios/fields.h"

namespace ingress_check {

/// Decodes `text` as that field's kind. `quoted`: numbers and booleans must not be. The Error has
/// no place; `label` is how it calls the field.
Result<Value> decode_scalar(const Field& field, const std::string& label, const std::string& text,
                            bool quoted);

/// "from 1s to 15m", "at least 1", "at most 10", in the field's own units; empty without limits.
std::string range_text(const Field& field);

/// Text of the user for a message: in quotes, without control characters, cut at 60 characters.
std::string shown(std::string_view text);

}  // namespace ingress_check
