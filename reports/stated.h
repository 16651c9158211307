// What a scenario itself says of its targets. Pure functions.
#pragma once

#include <string>

#include "reports/behaviour.h"

namespace ingress_check {

/// Whether the check is written with these two values for these two targets, under a word of the
/// trait's key: `cookie: {old: a, new: b}` of cookie.name. Not where that is an alias.
bool stated(const Trialled& baseline, const Trialled& other, const std::string& key,
            const std::string& before, const std::string& now);

}  // namespace ingress_check
