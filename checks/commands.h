// Commands that a check has run while it sends: the words for one, and how it went.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/event.h"
#include "harness/evidence.h"
#include "scenarios/fields.h"

namespace ingress_check {

/// run (required), at, undo, within.
std::vector<Field> command_fields();

/// What those words say; `at` where they do not say when.
Event read_command(const Object& words, Duration at);

/// "the command kubectl ... at 5 s, undone by ...": a side effect.
std::string describe(const Event& event);

/// How the event of that number went wrong: "1: what it said", or that it was not begun. None: it
/// ended with 0.
std::optional<std::string> failure_of(const Evidence& evidence, std::size_t event);

/// A line for each command that could not be undone.
std::vector<std::string> not_undone(const Evidence& evidence, const std::vector<Event>& events);

}  // namespace ingress_check
