#include "harness/load.h"

#include <fmt/format.h>

#include <cstdio>

#include "harness/probe.h"
#include "harness/program/ad_hoc.h"
#include "harness/program/allow_file.h"
#include "harness/program/command.h"
#include "harness/program/courtesy.h"
#include "harness/program/interrupt.h"
#include "harness/program/load_options.h"
#include "harness/program/load_verdict.h"
#include "harness/program/progress.h"
#include "harness/program/reach.h"
#include "harness/program/report_files.h"
#include "harness/program/run_options.h"
#include "harness/program/sample_file.h"
#include "harness/program/terminal.h"
#include "harness/program/version.h"
#include "harness/secrets.h"
#include "reports/console_lines.h"
#include "reports/redact.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "load URL [--rate R/s | --connections N] [--for D | --requests N]";
constexpr const char* about =
    "Sends one request again and again and measures every answer: an open loop with --rate "
    "(requests are due by the\n"
    "clock, latency counts from then), else a closed loop (each connection sends as soon as it is "
    "answered).\n"
    "It measures and does not judge: a 5xx or a slow answer fails nothing, a scenario's checks do "
    "that. Only loopback,\n"
    "and what you allow, gets more than an even 5/s of GET, HEAD or OPTIONS. Exit status: 0 "
    "answers came, 2 the command\n"
    "line is wrong, 3 the target is not there, 4 nothing was answered or the load generator itself "
    "was the limit,\n"
    "130 interrupted (with the figures so far).";

std::vector<Option> options() {
  auto all = load_options();
  for (auto& option : ad_hoc_options()) all.push_back(std::move(option));
  for (auto& option : run_options()) all.push_back(std::move(option));
  return all;
}

struct Wish {
  Target target;
  Load load;
  RunSwitches switches;
  std::vector<ReportWish> reports;
  std::string samples;  ///< path; empty: none
};

Result<Wish> read(const Arguments& arguments) {
  const auto flags = connection(arguments);
  if (!flags) return tl::unexpected(flags.error());
  auto target = ad_hoc_target("load", arguments, *flags);
  if (!target) return tl::unexpected(target.error());
  auto switches = run_switches(arguments);
  if (!switches) return tl::unexpected(switches.error());
  auto load = load_of(arguments, *target, switches->seed);
  if (!load) return tl::unexpected(load.error());
  auto reports = report_wishes(arguments);
  if (!reports) return tl::unexpected(reports.error());
  const std::string samples = arguments.value("samples");
  if (load->samples)
    if (auto good = can_write_report(samples); !good) {
      Error error = good.error();
      error.hint = "name another place with --samples PATH";
      return tl::unexpected(std::move(error));
    }
  return Wish{*std::move(target), *std::move(load), *switches, *std::move(reports), samples};
}

/// What goes to a stranger is decided here, before anything is sent.
Error refused(const Withheld& withheld) {
  return Error{fmt::format("this sends {}, {}", withheld.what, withheld.why),
               withheld.mend + " if it is yours, or with --rate 5/s and less"};
}

Report blank(const Wish& wish, const std::string& run_id) {
  Report report;
  report.version = version();
  report.run_id = run_id;
  report.seed = wish.switches.seed;
  report.started = std::chrono::system_clock::now();
  ScenarioReport& scenario = report.scenarios.emplace_back();
  scenario.name = "load";
  TargetReport& target = scenario.targets.emplace_back();
  target.name = wish.target.name;
  target.url = to_string(wish.target.url);
  target.address = describe(wish.target.address);
  CheckReport& check = scenario.checks.emplace_back();
  check.scenario = check.check = check.name = "load";
  check.target = wish.target.name;
  return report;
}

void leave_out(ScenarioReport& scenario, Error error) {
  CheckReport& check = scenario.checks.front();
  check.judged = false;
  check.verdict.kind = Verdict::Kind::inconclusive;
  check.verdict.summary = error.what;
  scenario.targets.front().error = std::move(error);
}

void tell(const Wish& wish, Evidence evidence, std::chrono::system_clock::time_point began,
          ScenarioReport& scenario) {
  CheckReport& check = scenario.checks.front();
  check.sent = evidence.sent;
  check.took = evidence.took;
  const LoadReply& reply = *evidence.load;
  if (const auto outcome = absent(reply.counts)) {
    Exchange nobody;
    nobody.outcome = *outcome;
    nobody.address = reply.addresses.empty() ? "" : reply.addresses.front();
    if (auto error = absence(wish.target, nobody)) return leave_out(scenario, *std::move(error));
  }
  check.verdict = load_verdict(reply);
  if (const std::string why = cut_short(evidence); !why.empty()) {
    check.judged = false;
    check.verdict.kind = Verdict::Kind::inconclusive;
    check.verdict.summary = why + ": " + check.verdict.summary;
  }
  check.phases = {"load"};
  check.loads.push_back({"load", *std::move(evidence.load), began});
}

/// Errors: the load could not be sent at all.
Result<void> send(const Wish& wish, Allowance& allowance, const std::string& run_id, Watch& watch,
                  ScenarioReport& scenario) {
  if (auto there = knock(wish.target, watch); !there) {
    leave_out(scenario, there.error());
    return {};
  }
  const auto probe =
      make_probe({.user_agent = fmt::format("ingress-check/{} (run {})", version(), run_id),
                  .allowance = &allowance});
  Courtesy courtesy(*probe, allowance);
  const auto began = std::chrono::system_clock::now();
  auto evidence = courtesy.send(wish.target, {"load", wish.load}, watch);
  if (!evidence) return tl::unexpected(evidence.error());
  if (courtesy.withheld()) return tl::unexpected(refused(*courtesy.withheld()));
  if (!evidence->load) return cannot("the load was not begun");
  tell(wish, *std::move(evidence), began, scenario);
  return {};
}

/// A sample file that cannot be written is told, and is no success.
void save_samples(const Wish& wish, Report& report) {
  const auto& loads = report.scenarios.front().checks.front().loads;
  if (wish.samples.empty() || loads.empty()) return;
  if (const auto done = write_samples(wish.samples, loads.front().reply); !done) {
    const int status = complain(done.error());
    if (!report.interrupted) report.exit_status = status;
  } else if (loads.front().reply.samples_full) {
    std::fputs("ingress-check: a million samples are kept; the later ones are in the summaries\n",
               stderr);
  }
}

int run_it(const Wish& wish, Allowance& allowance, Report report, bool progress) {
  std::vector<Secret> secrets;
  add_credentials(wish.target.headers, secrets);
  const Redactor redactor(secrets);
  const Terminal screen = terminal(wish.switches.color, progress);
  RenderOptions render = screen.render;
  render.verbose = true;
  const bool console = console_wanted(wish.reports);
  const auto print = [&](const std::string& text) {
    if (console) std::fputs(text.c_str(), stdout), std::fflush(stdout);
  };
  ScenarioReport& scenario = report.scenarios.front();
  print(console_header(redactor.scenario(scenario), render));

  LiveLine live(screen.live_width, progress);
  Watch watch;
  watch.stop = &stop_requested();
  watch.deadline = wish.switches.deadline;
  watch.load = [&](const LoadProgress& now) { live.show({"load"}, now); };
  const auto begin = std::chrono::steady_clock::now();
  const auto sent = send(wish, allowance, report.run_id, watch, scenario);
  live.clear();
  if (!sent) return complain(redactor.error(sent.error()));
  report.took = std::chrono::steady_clock::now() - begin;
  report.interrupted = interrupted_by();
  report.exit_status = exit_status(report, {});
  report = redactor.report(std::move(report));
  print(console_line(report.scenarios.front().checks.front(), render));
  save_samples(wish, report);
  write_reports(report, wish.reports, render);
  return report.exit_status;
}

int execute(const std::vector<std::string>& words) {
  if (const auto foreign = foreign_word(words)) return complain(*foreign);
  const auto arguments = begin(words, usage, about, options());
  if (!arguments) return arguments.error();
  const auto wish = read(*arguments);
  if (!wish) return complain(wish.error());
  auto allowance = allowance_of(*arguments);
  if (!allowance) return allowance.error();

  catch_interrupts();
  Report report = blank(*wish, new_run_id());
  std::vector<Secret> secrets;
  add_credentials(wish->target.headers, secrets);
  report.command_line = pasteable("load", words, secrets);
  Watch watch;
  watch.stop = &stop_requested();
  if (const auto withheld = withhold(wish->target, {"load", wish->load}, *allowance, watch))
    return complain(refused(*withheld));
  return run_it(*wish, *allowance, std::move(report), !arguments->has("no-progress"));
}

}  // namespace

extern const Command load{"load", usage, "an ad hoc load, measured", 12, execute};

}  // namespace ingress_check::commands
