// The reports that --report asks for: read from the command line, tried before anything is sent,
// written at the end.
#pragma once

#include <string>
#include <vector>

#include "harness/program/options.h"
#include "reports/format.h"

namespace ingress_check {

struct ReportWish {
  const Format* format;
  std::string path;  ///< "-": standard output
};

/// Errors: no such format, no file name, two reports to one file, or a place that cannot be written
/// to (exit 3).
Result<std::vector<ReportWish>> report_wishes(const Arguments& arguments);

/// Whether the console report goes to standard output.
bool console_wanted(const std::vector<ReportWish>& wishes);

/// Whether GitHub is to annotate the lines of a change: GITHUB_ACTIONS is "true" and one of the
/// reports is markdown.
bool annotations_wanted(const std::vector<ReportWish>& wishes);

/// Writes them all, those on standard output last: they and the exit status know what could not be
/// written, which is told on standard error. An interrupted run keeps its status. What goes to
/// $GITHUB_STEP_SUMMARY is appended. Returns 0, or the exit status of what could not be written.
int write_reports(Report& report, const std::vector<ReportWish>& wishes,
                  const RenderOptions& render);

}  // namespace ingress_check
