#include "harness/program/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "harness/program/allow_file.h"
#include "harness/program/command.h"
#include "harness/program/fail_on.h"
#include "harness/program/interrupt.h"
#include "harness/program/lab_session.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/progress.h"
#include "harness/program/report_files.h"
#include "harness/program/run_options.h"
#include "harness/program/terminal.h"
#include "harness/program/version.h"
#include "reports/comparing.h"
#include "reports/console_lines.h"
#include "reports/redact.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage =
    "run SCENARIO... [--target URL] [--address HOST:PORT] [--lab NAME [--break NAME]]";
constexpr const char* about =
    "Runs scenarios against an ingress and says, with evidence, whether it does what it was "
    "configured to do.\n"
    "Several targets (--target old=URL --target new=URL) end in how they compare; the first is the "
    "baseline.\n"
    "Exit status: 0 passed, 1 a check failed, 2 the scenario or command line is wrong, 3 the "
    "target could not be\n"
    "reached, 4 nothing failed but something is inconclusive or nothing was judged, 130 "
    "interrupted.";

std::vector<Option> options() {
  auto all = connection_options();
  const std::vector<Option> own = {
      {"lab", "NAME", "start this practice lab and aim at it (`ingress-check list labs`)"},
      {"break", "NAME", "with this planted defect (`ingress-check list breaks`)"},
      {"with", "KEY=VALUE", "with this setting of the lab; may be repeated", true},
      {"only", "CHECK", "run these checks alone, by kind or by name", true},
      {"skip", "CHECK", "leave these out", true},
      {"effort", "LEVEL",
       "quick, normal or thorough: a stated defect is caught 90, 99 or 99.9 times in 100", false,
       "normal"},
      {"inconclusive", "ok|fail", "whether an inconclusive check fails the run", false, "ok"},
      {"unsupported", "ok|fail", "whether a check that the target cannot support fails the run",
       false, "ok"},
      fail_on_option(),
      {"allow-commands", "", "run the commands that scenarios name (`during`), as yourself"},
      {"fail-fast", "", "stop at the first failure"},
      {"verbose,v", "", "also what passes have shown and have not"},
  };
  all.insert(all.end(), own.begin(), own.end());
  for (auto& option : run_options()) all.push_back(std::move(option));
  return all;
}

Result<bool> ok_or_fail(const Arguments& arguments, const std::string& name) {
  const auto value = arguments.value(name);
  if (value != "ok" && value != "fail")
    return tl::unexpected(
        Error{fmt::format("--{} {} is not known", name, value), "write ok or fail"});
  return value == "fail";
}

Result<void> read_switches(const Arguments& arguments, RunRequest& request) {
  static const std::map<std::string, double> powers = {
      {"quick", 0.9}, {"normal", 0.99}, {"thorough", 0.999}};
  const auto power = powers.find(arguments.value("effort"));
  if (power == powers.end())
    return tl::unexpected(Error{fmt::format("--effort {} is not known", arguments.value("effort")),
                                "write quick, normal or thorough"});
  request.power = power->second;
  auto inconclusive = ok_or_fail(arguments, "inconclusive");
  auto unsupported = ok_or_fail(arguments, "unsupported");
  if (!inconclusive) return tl::unexpected(inconclusive.error());
  if (!unsupported) return tl::unexpected(unsupported.error());
  const auto on = fail_on(arguments);
  if (!on) return tl::unexpected(on.error());
  request.policy = {*inconclusive, *unsupported, *on};
  const auto switches = run_switches(arguments);
  if (!switches) return tl::unexpected(switches.error());
  request.deadline = switches->deadline;
  request.seed = switches->seed;
  request.only = arguments.all("only");
  request.skip = arguments.all("skip");
  request.commands = arguments.has("allow-commands");
  request.fail_fast = arguments.has("fail-fast");
  request.stop = &stop_requested();
  request.run_id = new_run_id();
  return {};
}

/// --only and --skip must name something that is there: a misspelt word would leave everything out
/// and look well.
Result<void> names_exist(const RunRequest& request) {
  std::vector<std::string> names;
  for (const auto& scenario : request.scenarios)
    for (const auto& item : scenario.checks) {
      names.push_back(item.check);
      names.push_back(item.name);
    }
  for (const auto* list : {&request.only, &request.skip})
    for (const auto& name : *list)
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        std::set<std::string> unique(names.begin(), names.end());
        return tl::unexpected(Error{fmt::format("no check is called {}", name),
                                    words_hint(name, {unique.begin(), unique.end()})});
      }
  return {};
}

/// Prints as the run goes on, where the console format goes to standard output. Secrets are taken
/// out first: nobody can take back a line that was printed.
RunEvents events(LiveLine& live, const RenderOptions& render, bool console,
                 const Redactor& redactor) {
  RunEvents told;
  const auto print = [&live, console](const std::string& text) {
    live.clear();
    if (console) std::fputs(text.c_str(), stdout), std::fflush(stdout);
  };
  told.began = [print, &render, &redactor](const ScenarioReport& scenario) {
    print(console_header(redactor.scenario(scenario), render));
  };
  told.judged = [print, &render, &redactor](const CheckReport& check) {
    print(console_line(redactor.check(check), render));
  };
  const auto hidden = [&redactor](Whereabouts where) {
    where.check = redactor.text(where.check);
    where.phase = redactor.text(where.phase);
    return where;
  };
  told.progress = [&live, hidden](const Whereabouts& where, std::uint64_t done, std::uint64_t due) {
    live.show(hidden(where), done, due);
  };
  told.load = [&live, hidden](const Whereabouts& where, const LoadProgress& progress) {
    live.show(hidden(where), progress);
  };
  told.waits = [&live, &redactor, hidden](const Whereabouts& where, Duration left,
                                          const std::string& why) {
    live.show_wait(hidden(where), left, redactor.text(why));
  };
  return told;
}

/// --fail-on asks how targets compare.
Result<void> targets_to_compare(const RunRequest& request) {
  if (!request.policy.fail_on.any() ||
      std::ranges::any_of(request.scenarios,
                          [](const Scenario& one) { return one.targets.size() > 1; }))
    return {};
  return tl::unexpected(
      Error{"--fail-on compares targets, and there is one alone",
            "give two: --target old=URL --target new=URL; or store results and use `compare`"});
}

/// A scenario that names another practice lab than the one that runs probably fails on it.
void compare_labs(const std::vector<Scenario>& scenarios, const std::string& lab) {
  for (const auto& scenario : scenarios)
    if (!lab.empty() && !scenario.lab.empty() && scenario.lab != lab)
      std::fputs(fmt::format("ingress-check: {} is written for --lab {}, not for {}\n",
                             scenario.file, scenario.lab, lab)
                     .c_str(),
                 stderr);
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, options());
  if (!arguments) return arguments.error();
  if (arguments->positional.empty())
    return complain({"no scenario was named",
                     "write `ingress-check run scenario.yaml`, or try `ingress-check run "
                     "hands_on/nginx --lab nginx`"});
  auto wishes = report_wishes(*arguments);
  auto connection_flags = connection(*arguments);
  RunRequest request;
  auto switches = read_switches(*arguments, request);
  if (!wishes) return complain(wishes.error());
  if (!connection_flags) return complain(connection_flags.error());
  if (!switches) return complain(switches.error());

  auto allowance = allowance_of(*arguments);
  if (!allowance) return allowance.error();
  request.allowance = &*allowance;
  catch_interrupts();
  const LabWish wish{arguments->value("lab"), arguments->value("break"), arguments->all("with")};
  std::unique_ptr<RunningLab> lab, reference;
  if (arguments->has("lab")) {
    auto opened = open_lab(wish);
    if (!opened) return complain(opened.error());
    lab = std::move(*opened);
    aim_at(*lab, *connection_flags);
  } else if (arguments->has("break") || arguments->has("with")) {
    return complain({"--break and --with change a practice lab", "add --lab NAME"});
  }
  auto scenarios = load_scenarios(arguments->positional, *connection_flags);
  if (!scenarios) return interrupted_by() ? 128 + *interrupted_by() : 2;
  if (lab) {
    auto opened = open_reference(wish, arguments->has("ca"), *scenarios);
    if (!opened) return complain(opened.error());
    reference = std::move(*opened);
  }
  compare_labs(*scenarios, wish.lab);
  request.scenarios = std::move(*scenarios);
  const Redactor redactor(secrets_of(request.scenarios));
  if (auto known = names_exist(request); !known) return complain(redactor.error(known.error()));
  if (auto several = targets_to_compare(request); !several) return complain(several.error());
  request.command_line = pasteable("run", words, secrets_of(request.scenarios));

  const Terminal screen = terminal(arguments->value("color"), !arguments->has("no-progress"));
  RenderOptions render = screen.render;
  render.verbose = arguments->has("verbose");
  LiveLine live(screen.live_width);
  Report report = run(request, events(live, render, console_wanted(*wishes), redactor));
  live.clear();
  report.interrupted = interrupted_by();
  report = redactor.report(std::move(report));
  report.comparison = compare_targets(report);
  report.exit_status = exit_status(report, request.policy);
  write_reports(report, *wishes, render);
  return report.exit_status;
}

}  // namespace

extern const Command run{"run", usage, "run scenarios against an ingress", 10, execute};

}  // namespace ingress_check::commands
