#include <cstdio>
#include <string>
#include <vector>

#include "harness/program/command.h"

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  for (const auto* command : ingress_check::all_commands())
    if (!arguments.empty() && arguments[0] == command->name)
      return command->run({arguments.begin() + 1, arguments.end()});
  return 2;
}
