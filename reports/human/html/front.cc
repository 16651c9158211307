// The first page: fit for signing.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/comparison_lines.h"
#include "reports/human/html/parts.h"
#include "reports/load_lines.h"

namespace ingress_check::html {
namespace {

std::string counted(int n, const char* one, const char* many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

struct Headline {
  std::string words;
  const char* color;
};

std::string what_failed(const Report& report, int checks) {
  const bool compared = report.comparison && fails(*report.comparison, report.policy.fail_on);
  if (compared && checks == 0) return "the comparison";
  return counted(checks, "check", "checks") + (compared ? " and the comparison" : "");
}

/// The name; of stored results also of whom.
std::string headed(const Report& report, std::size_t scenario, const std::string& name) {
  const auto& targets = report.scenarios[scenario].targets;
  const bool results = report.comparison && report.comparison->of_results && !targets.empty();
  return results ? name + ", " + printable(targets.front().name, 100) : name;
}

/// Of what the report holds: an exit status may be that of a report that could not be written.
Headline headline(const Report& report) {
  const bool compared = report.comparison && report.comparison->of_results;
  if (compared) {
    const int status = exit_status(report, report.policy);
    return {"Compared: " + printable(what_is_compared(*report.comparison), 200), status == 0 ? ""
                                                                                 : status == 4
                                                                                     ? "open"
                                                                                     : "bad"};
  }
  if (report.interrupted) return {"Interrupted: this is what was measured until then", "bad"};
  int failing = 0;
  for (const auto* check : all_checks(report)) failing += fails(*check, report.policy) ? 1 : 0;
  switch (exit_status(report, report.policy)) {
    case 0:
      return {"Passed", "good"};
    case 1:
      return {"Failed: " + what_failed(report, failing), "bad"};
    case 4:
      return {"Open: nothing failed, but not all could be decided", "open"};
    default:
      return {"Failed: not everything could be reached or run", "bad"};
  }
}

Data fact(const char* name, const std::string& value, const char* color = "") {
  return object({{"name", text(name)}, {"value", text(value, 1000)}, {"class", text(color)}});
}

std::string instant(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

/// "12 in 2 checks": each target and each cell of a matrix asks them anew.
std::string routes(const Report& report) {
  double sum = 0;
  int checks = 0;
  for (const auto* check : all_checks(report))
    for (const auto& one : check->verdict.figures)
      if (one.name == "routes" && std::isfinite(one.value) && one.value > 0)
        sum += one.value, ++checks;
  if (checks == 0) return {};
  return fmt::format("{} in {}", grouped(static_cast<std::uint64_t>(std::min(sum, 1e15))),
                     counted(checks, "check", "checks"));
}

Data run_facts(const Report& report) {
  Data facts{Data::type::list};
  facts << fact("When", instant(report.started));
  facts << fact("Took", to_string(report.took));
  std::uint64_t sent = 0;
  for (const auto* check : all_checks(report)) sent += check->sent;
  if (const auto asked = routes(report); !asked.empty()) facts << fact("Routes", asked);
  facts << fact("Sent", grouped(sent) + " requests, handshakes and dialogues");
  facts << fact("Tool", "ingress-check " + report.version);
  facts << fact("Run", report.run_id + ", seed " + std::to_string(report.seed));
  facts << fact("Command", report.command_line);
  facts << fact("Exit status", std::to_string(report.exit_status));
  return facts;
}

Data scenario_facts(const ScenarioReport& scenario) {
  Data facts{Data::type::list};
  if (!scenario.file.empty()) facts << fact("File", scenario.file);
  if (!scenario.sha256.empty()) facts << fact("SHA-256", scenario.sha256);
  for (const auto& target : scenario.targets) {
    std::string where = fmt::format("{} at {}", target.url, target.address);
    if (!target.controller.empty())
      where += fmt::format(", {} {}", target.controller_guessed ? "looks like" : "taken for",
                           target.controller);
    facts << fact(scenario.targets.size() > 1 ? printable(target.name, 60).c_str() : "Target",
                  where);
    if (target.error)
      facts << fact("Not reached", fmt::format("{} ({})", target.error->what, target.error->hint),
                    "bad");
  }
  if (scenario.error)
    facts << fact("Error", fmt::format("{} ({})", scenario.error->what, scenario.error->hint),
                  "bad");
  return facts;
}

/// What nobody has tested: checks without a verdict, and what the others say that they left out.
Data open_points(const Report& report) {
  Data list{Data::type::list};
  for (const auto* check : all_checks(report)) {
    const bool undecided = !check->counts_as_pass() && !check->counts_as_failure();
    const auto& left = check->verdict.not_shown;
    if (!undecided && left.empty()) continue;
    list << object({{"word", text(undecided ? in_words(standing(*check)) : "not shown by")},
                    {"title", text(title(*check))},
                    {"reason", text(undecided ? said(*check) : "")},
                    {"lines", texts(left)}});
  }
  return list;
}

Data check_rows(const Report& report) {
  Data rows{Data::type::list};
  auto all = all_checks(report);
  std::ranges::stable_sort(all, {}, [&](const auto* check) { return rank(*check, report.policy); });
  for (const auto* check : all) {
    const bool began = !check->skipped && !check->never_begun();
    rows << object({{"word", text(in_words(standing(*check)))},
                    {"class", text(color(*check, report.policy))},
                    {"title", text(title(*check))},
                    {"link", text(anchor(report, *check))},
                    {"said", text(said(*check))},
                    {"sent", text(began ? grouped(check->sent) : "")},
                    {"took", text(began ? to_string(check->took) : "")}});
  }
  return rows;
}

}  // namespace

void add_front(const Report& report, Data& page) {
  const auto names = distinct_names(report);
  const auto checks = static_cast<int>(all_checks(report).size());
  Data scenarios{Data::type::list};
  for (std::size_t i = 0; i < names.size(); ++i)
    scenarios << object({{"name", text(headed(report, i, names[i]))},
                         {"about", text(report.scenarios[i].about)},
                         {"facts", scenario_facts(report.scenarios[i])}});
  Data open = open_points(report);
  const auto [words, color] = headline(report);
  const bool results = report.comparison && report.comparison->of_results;
  page.set("title",
           text(results ? "ingress-check: " + words
                        : fmt::format("ingress-check: {}: {}", fmt::join(names, ", "), words)));
  page.set("headline", text(words));
  page.set("class", Data{color});
  if (report.comparison && report.comparison->of_results)
    page.set("tally", text(in_words(*report.comparison)));
  else
    page.set("tally", text(counted(checks, "check", "checks") + ": " + in_words(tally(report))));
  page.set("facts", run_facts(report));
  page.set("scenarios", scenarios);
  page.set("nothing_open", Data{open.is_empty_list()});
  page.set("open", open);
  page.set("checks", check_rows(report));
  page.set("version", text(report.version, 40));
}

}  // namespace ingress_check::html
