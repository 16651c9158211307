// A command of the program: one file each in harness/commands.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace ingress_check {

struct Command {
  std::string name;
  std::string usage;  ///< what follows the name: "SCENARIO... [options]"
  std::string about;  ///< one line
  int order = 100;    ///< place in --help
  int (*run)(const std::vector<std::string>& arguments) =
      nullptr;  ///< exit status; prints its own errors
};

/// Every command, in order of name: one line a file (ci/rooms.cmake).
std::span<const Command* const> all_commands();

}  // namespace ingress_check
