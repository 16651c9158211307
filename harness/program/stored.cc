#include "harness/program/stored.h"

#include <fmt/format.h>

#include "harness/program/text_file.h"
#include "reports/machine/json/read.h"

namespace ingress_check {

Result<Report> stored_result(const std::string& file) {
  const auto text = read_text_file(file, most_result_bytes + 1);
  if (!text) return tl::unexpected(text.error());
  if (text->size() > most_result_bytes)
    return tl::unexpected(Error{fmt::format("{} is longer than any result", file), ""});
  auto report = read_result(*text);
  if (report) return report;
  Error error = report.error();
  error.what = fmt::format("{}: {}", file, error.what);
  return tl::unexpected(std::move(error));
}

}  // namespace ingress_check
