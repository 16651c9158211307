// Which characters a YAML file may hold. libyaml refuses the others without saying where.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/error.h"

namespace ingress_check {

/// What is not UTF-8 (the first place), a zero byte (the first), control characters (the first
/// five); in file order, empty if there is none. `text` has no byte order mark.
Errors unfit_characters(std::string_view text, const std::string& file);

}  // namespace ingress_check
