#include "harness/program/report_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "reports/annotations.h"
#include "reports/console_lines.h"

namespace ingress_check {
namespace {

Result<ReportWish> read_wish(const std::string& text) {
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const Format* format = find_format(name);
  if (!format) {
    std::vector<std::string> names;
    for (const auto* one : all_formats()) names.push_back(one->name);
    return tl::unexpected(
        Error{fmt::format("there is no report format {}", name), "write " + one_of(names)});
  }
  const std::string path = equals == std::string::npos ? "-" : text.substr(equals + 1);
  if (path.empty())
    return tl::unexpected(
        Error{fmt::format("--report {} names no file", text), "write --report json=result.json"});
  return ReportWish{format, path};
}

/// GitHub gives a step a file for its summary, to which every program of the step appends.
bool is_step_summary(const ReportWish& wish) {
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  return summary && *summary && wish.path == summary;
}

bool is_console(const ReportWish& wish) { return wish.format->name == "console"; }

}  // namespace

Result<std::vector<ReportWish>> report_wishes(const Arguments& arguments) {
  std::vector<ReportWish> wishes;
  std::set<std::string> paths;
  for (const auto& text : arguments.all("report")) {
    auto wish = read_wish(text);
    if (!wish) return tl::unexpected(wish.error());
    if (!paths.insert(wish->path).second)
      return tl::unexpected(
          Error{fmt::format("two reports go to {}", wish->path), "give each its own file"});
    wishes.push_back(std::move(*wish));
  }
  for (const auto& wish : wishes)
    if (auto good = can_write_report(wish.path); !good) return tl::unexpected(good.error());
  return wishes;
}

bool annotations_wanted(const std::vector<ReportWish>& wishes) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  return actions && actions == std::string_view("true") &&
         std::ranges::any_of(wishes,
                             [](const auto& wish) { return wish.format->name == "markdown"; });
}

bool console_wanted(const std::vector<ReportWish>& wishes) {
  const auto to_output = [](const ReportWish& wish) { return wish.path == "-"; };
  return std::ranges::none_of(wishes, to_output) ||
         std::ranges::any_of(wishes, [&](const auto& w) { return to_output(w) && is_console(w); });
}

int write_reports(Report& report, const std::vector<ReportWish>& wishes,
                  const RenderOptions& render) {
  int failure = 0;
  const auto write = [&](const ReportWish& wish, const RenderOptions& how) {
    const std::string text = wish.format->render(report, how);
    auto done =
        is_step_summary(wish) ? append_report(wish.path, text) : write_report(wish.path, text);
    if (done) {
      report.written.emplace_back(wish.format->name, wish.path);
    } else {
      failure = complain(done.error());
      if (!report.interrupted) report.exit_status = failure;
    }
  };
  for (const bool console : {false, true})  // the console's text names the other files
    for (const auto& wish : wishes)
      if (wish.path != "-" && is_console(wish) == console) write(wish, {});
  for (const auto& wish : wishes)
    if (wish.path == "-" && !is_console(wish)) write(wish, render);
  if (console_wanted(wishes)) std::fputs(console_details(report, render).c_str(), stdout);
  // GitHub reads commands from both streams; a report on standard output stays what it is.
  if (annotations_wanted(wishes)) std::fputs(annotations(report).c_str(), stderr);
  return failure;
}

}  // namespace ingress_check
