#include "reports/console_lines.h"

namespace ingress_check::formats {
namespace {

std::string render(const Report& report, const RenderOptions& options) {
  if (report.comparison && report.comparison->of_results) return console_details(report, options);
  std::string out;
  for (const auto& scenario : report.scenarios) {
    out += console_header(scenario, options);
    for (const auto& check : scenario.checks) out += console_line(check, options);
  }
  return out + console_details(report, options);
}

}  // namespace

extern const Format console{"console", "for a person at a terminal", render};

}  // namespace ingress_check::formats
