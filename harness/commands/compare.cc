#include <fmt/format.h>

#include <cstdio>

#include "harness/program/command.h"
#include "harness/program/fail_on.h"
#include "harness/program/report_files.h"
#include "harness/program/run_options.h"
#include "harness/program/stored.h"
#include "harness/program/terminal.h"
#include "harness/program/version.h"
#include "reports/stored_results.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "compare OLD.json NEW.json... [--fail-on behaviour|slower=10%]";
constexpr const char* about =
    "Sets results beside each other that --report json=FILE has stored; the first is the "
    "baseline. Says which\n"
    "checks behave alike and which do not, which of the differences the controllers' "
    "documentation predicts, which\n"
    "protection is missing, and how much slower or faster each phase of load is, with an "
    "interval. Nothing is sent.\n"
    "Checks are matched by scenario, name and matrix cell; targets by name, or simply the only "
    "one of each result.\n"
    "\n"
    "Exit status: 0 compared, whatever came of it; 1 --fail-on says so; 2 a file is no result, or "
    "the command line is\n"
    "wrong; 3 a report could not be written; 4 nothing could be compared, or not all that "
    "--fail-on asks for.\n"
    "\n"
    "  ingress-check run shop.yaml --target https://shop.example --report json=old.json\n"
    "  ingress-check run shop.yaml --target https://shop.example --address 10.0.0.8 --report "
    "json=new.json\n"
    "  ingress-check compare old.json new.json --fail-on behaviour,slower=10% --report "
    "html=moved.html";

std::vector<Option> options() {
  auto all = render_options();
  all.push_back(fail_on_option());
  all.push_back({"verbose,v", "", "also what is alike"});
  return all;
}

Result<Report> compared(const Arguments& arguments) {
  std::vector<StoredResult> results;
  for (const auto& file : arguments.positional) {
    auto report = stored_result(file);
    if (!report) return tl::unexpected(report.error());
    results.push_back({file, std::move(*report)});
  }
  return compare_results(std::move(results));
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, options());
  if (!arguments) return arguments.error();
  const auto wishes = report_wishes(*arguments);
  if (!wishes) return complain(wishes.error());
  const auto color = color_option(*arguments);
  if (!color) return complain(color.error());
  const auto on = fail_on(*arguments);
  if (!on) return complain(on.error());
  const auto begun = std::chrono::steady_clock::now();
  const auto started = std::chrono::system_clock::now();
  auto report = compared(*arguments);
  if (!report) return complain(report.error());
  report->version = INGRESS_CHECK_VERSION;
  report->run_id = new_run_id();
  report->started = started;
  report->command_line = pasteable("compare", words, {});
  report->policy.fail_on = *on;
  report->exit_status = exit_status(*report, report->policy);
  report->took = std::chrono::steady_clock::now() - begun;
  RenderOptions render = terminal(*color, false).render;
  render.verbose = arguments->has("verbose");
  write_reports(*report, *wishes, render);
  return report->exit_status;
}

}  // namespace

extern const Command compare{"compare", usage, "set stored results beside each other", 21, execute};

}  // namespace ingress_check::commands
