#include <fmt/format.h>

#include <cstdio>

#include "harness/program/command.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/reference.h"
#include "reports/redact.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "validate SCENARIO... [options]";
constexpr const char* about =
    "Reads scenarios and reports every mistake with its place; sends nothing. A scenario that "
    "names no target, or uses\n"
    "variables that are set only where it runs, can be given stand-ins: --target "
    "http://example.test --set NAME=VALUE.";

int execute(const std::vector<std::string>& words) {
  const auto options = connection_options();
  const auto arguments = begin(words, usage, about, options);
  if (!arguments) return arguments.error();
  if (arguments->positional.empty())
    return complain({"no scenario was named", "write ingress-check validate scenario.yaml"});
  const auto flags = connection(*arguments);
  if (!flags) return complain(flags.error());
  const auto scenarios = load_scenarios(arguments->positional, *flags);
  if (!scenarios) return 2;
  for (const auto& scenario : *scenarios) {
    std::size_t trials = 0;
    for (const auto& item : scenario.checks) trials += trials_of(item, scenario).size();
    const Redactor redactor(secrets_of(scenario));
    std::fputs(fmt::format("{}: {} is valid: {} {}, {} with targets and matrix\n", scenario.file,
                           redactor.text(scenario.name), scenario.checks.size(),
                           scenario.checks.size() == 1 ? "check" : "checks", trials)
                   .c_str(),
               stdout);
  }
  return 0;
}

}  // namespace

extern const Command validate{"validate", usage,
                              "read scenarios, report every mistake, send nothing", 30, execute};

}  // namespace ingress_check::commands
