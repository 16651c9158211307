#include <cstdio>

#include "harness/program/command.h"
#include "harness/program/options.h"
#include "harness/program/report_files.h"
#include "harness/program/run_options.h"
#include "harness/program/stored.h"
#include "harness/program/terminal.h"
#include "reports/console_lines.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "report RESULT.json [--report FORMAT[=PATH]]";
constexpr const char* about =
    "Renders a result that --report json=RESULT.json has stored, as often and in as many formats "
    "as you like\n"
    "(`ingress-check list formats`); without --report as on the console. Nothing is sent. Exit "
    "status: 0 it was\n"
    "rendered, whatever it says; 2 that is no result; 3 a report could not be written.";

std::vector<Option> options() {
  auto all = render_options();
  all.push_back({"verbose,v", "", "also what passes have shown and have not"});
  return all;
}

Result<Report> stored(const Arguments& arguments) {
  if (arguments.positional.size() != 1)
    return tl::unexpected(
        Error{arguments.positional.empty() ? "no result was named" : "one result at a time",
              "write `ingress-check report result.json --report html=result.html`"});
  return stored_result(arguments.positional.front());
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, options());
  if (!arguments) return arguments.error();
  const auto wishes = report_wishes(*arguments);
  if (!wishes) return complain(wishes.error());
  const auto color = color_option(*arguments);
  if (!color) return complain(color.error());
  auto report = stored(*arguments);
  if (!report) return complain(report.error());
  RenderOptions render = terminal(*color, false).render;
  render.verbose = arguments->has("verbose");
  const bool compared = report->comparison && report->comparison->of_results;
  if (console_wanted(*wishes) && !compared)
    for (const auto& scenario : report->scenarios) {
      std::fputs(console_header(scenario, render).c_str(), stdout);
      for (const auto& check : scenario.checks)
        std::fputs(console_line(check, render).c_str(), stdout);
    }
  return write_reports(*report, *wishes, render);
}

}  // namespace

extern const Command report{"report", usage, "render a stored result again, in any format", 22,
                            execute};

}  // namespace ingress_check::commands
