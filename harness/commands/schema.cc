#include <cstdio>

#include "checks/profile.h"
#include "harness/answered_by.h"
#include "harness/program/command.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "schema";
constexpr const char* about =
    "Prints the JSON Schema (draft-07) of a scenario file, for editors: save it and begin the "
    "scenario with\n"
    "# yaml-language-server: $schema=PATH";

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, {});
  if (!arguments) return arguments.error();
  std::vector<std::string> controllers, presets;
  for (const auto& profile : profiles()) controllers.push_back(profile.name);
  for (const auto& preset : identity_presets()) presets.push_back(preset.name);
  std::puts(schema(check_words(), controllers, presets).c_str());
  return 0;
}

}  // namespace

extern const Command schema{"schema", usage, "print the JSON Schema of a scenario, for editors", 60,
                            execute};

}  // namespace ingress_check::commands
