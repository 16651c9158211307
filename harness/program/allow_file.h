// Whom we may send more than a courtesy: --allow, and a file in the user's home. Never the scenario
// nor anything of the checkout: a scenario must not give itself leave.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/allowance.h"
#include "harness/program/options.h"

namespace ingress_check {

/// $XDG_CONFIG_HOME/ingress-check/allow, else ~/.config/ingress-check/allow; empty if neither is an
/// absolute path (XDG Base Directory Specification: relative ones are ignored).
std::string allow_file(
    const std::function<std::optional<std::string>(const std::string&)>& environment);

/// One network, IP or host a line; what follows a # is a comment. All mistakes, each in its place.
tl::expected<std::vector<std::string>, Errors> read_allow_file(std::string_view text,
                                                               const std::string& file);

/// What --allow and the user's file say together. Mistakes are printed: then the exit status.
tl::expected<Allowance, int> allowance_of(const Arguments& arguments);

}  // namespace ingress_check
