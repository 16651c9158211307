// The command line of `load`: arguments in, one Load out. Pure, but for a body that is read from a
// file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/load.h"
#include "harness/program/options.h"

namespace ingress_check {

/// What `load` takes besides the connection flags and run_options().
std::vector<Option> load_options();

/// A word of another load generator that means something here under another name: the Error says
/// which.
std::optional<Error> foreign_word(const std::vector<std::string>& words);

/// Errors say what to write instead: a rate without unit, two options that exclude each other, one
/// that says nothing without another. `target` is where it goes, from ad_hoc_target().
Result<Load> load_of(const Arguments& arguments, const Target& target, std::uint64_t seed);

/// `100/s`, or `100..2000/s` from one rate to the other in a straight line; 0 is possible at one
/// end. `lasts` of the stage is not set.
Result<Stage> parse_ramp(const std::string& text);

}  // namespace ingress_check
