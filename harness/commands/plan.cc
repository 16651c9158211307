#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "checks/examine.h"
#include "checks/fake_ingress.h"
#include "harness/program/command.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "plan SCENARIO... [options]";
constexpr const char* about =
    "Says what a run would send: requests, peak rate, time and side effects of every check, as "
    "upper bounds, beside a dry\n"
    "run against a simulated ingress that answers everything well. Sends nothing.";

Subject subject(const Scenario& scenario, const Trial& trial) {
  Subject subject;
  subject.target = scenario.targets[trial.target];
  if (trial.http) subject.target.http = *trial.http;
  const Profile* profile = find_profile(subject.target.controller);
  subject.controller = profile ? *profile : generic_profile();
  subject.controller_guessed = !profile;
  subject.now = std::chrono::system_clock::now();
  return subject;
}

std::string rate(const Bounds& bounds) {
  return bounds.peak_rate > 0 ? to_string(Rate{bounds.peak_rate}) : "as answers come";
}

/// One row: name, target, requests of the dry run and at most, peak rate, time at most.
Result<std::string> row(const Scenario& scenario, const CheckItem& item, const Trial& trial) {
  const Check* check = find_check(item.check);
  const Subject known = subject(scenario, trial);
  const Bounds bounds = check->bounds(trial.params, known);
  FakeConfig config;
  config.permissive = true;
  FakeIngress ingress(std::move(config));
  Watch watch;
  auto examined = examine(*check, trial.params, known, ingress, watch);
  if (!examined) return tl::unexpected(examined.error());
  std::string name = item.name;
  for (const auto& [key, value] : trial.cell) name += fmt::format(" {}={}", key, value);
  std::string out = fmt::format("  {:<28} {:<10} {:>9} {:>9}  {:<16} {:>9} {:>9}\n", name,
                                known.target.name, examined->sent, bounds.requests, rate(bounds),
                                to_string(bounds.waits), to_string(bounds.time));
  for (const auto& effect : bounds.side_effects)
    out += fmt::format("      leaves behind: {}\n", effect);
  return out;
}

int execute(const std::vector<std::string>& words) {
  const auto options = connection_options();
  const auto arguments = begin(words, usage, about, options);
  if (!arguments) return arguments.error();
  if (arguments->positional.empty())
    return complain({"no scenario was named", "write ingress-check plan scenario.yaml"});
  const auto flags = connection(*arguments);
  if (!flags) return complain(flags.error());
  const auto scenarios = load_scenarios(arguments->positional, *flags);
  if (!scenarios) return 2;
  for (const auto& scenario : *scenarios) {
    std::fputs(fmt::format("{}  {}\n", scenario.name, scenario.file).c_str(), stdout);
    std::fputs(fmt::format("  {:<28} {:<10} {:>9} {:>9}  {:<16} {:>9} {:>9}\n", "check", "target",
                           "dry run", "at most", "peak rate", "waits", "time <=")
                   .c_str(),
               stdout);
    for (const auto& item : scenario.checks)
      for (const auto& trial : item.trials) {
        auto text = row(scenario, item, trial);
        if (!text) return complain(text.error());
        std::fputs(text->c_str(), stdout);
      }
    std::fputs(
        "  and before the checks: 1 request to see that the target is there, at most 3 to "
        "recognise its controller\n",
        stdout);
    std::fputs(
        "  counts are for one address of the target; time if every exchange took its whole "
        "timeout\n",
        stdout);
  }
  return 0;
}

}  // namespace

extern const Command plan{"plan", usage, "what a run would send, without sending it", 20, execute};

}  // namespace ingress_check::commands
