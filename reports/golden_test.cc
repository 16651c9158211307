// Every format renders the same fixed report and must look as the golden file beside it. With
// UPDATE_GOLDEN set the files are written anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reports/compared_report_test.h"
#include "reports/format.h"

namespace ingress_check {
namespace {

/// Of the one file that is the format: reports/human/NAME.cc, or reports/machine/NAME/NAME.cc.
std::string golden_of(const std::string& format, const std::string& more = {}) {
  const std::string human = SOURCE_DIR "/reports/human/";
  for (const auto* item : {".cc", "/"})
    if (std::filesystem::exists(human + format + item)) return human + format + more + ".golden";
  return SOURCE_DIR "/reports/machine/" + format + more + ".golden";
}

class Golden : public ::testing::TestWithParam<const Format*> {};

void expect_golden(const std::string& text, const std::string& path) {
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << text;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_TRUE(text == golden.str()) << path << " differs: UPDATE_GOLDEN=1 writes it anew";
}

TEST_P(Golden, LooksAsItsGoldenFile) {
  const Format& format = *GetParam();
  expect_golden(format.render(fixed_report(), {}), golden_of(format.name));
}

/// Of a run with several targets, in the formats that show how they compare.
TEST_P(Golden, LooksAsItsGoldenFileWhereTargetsCompare) {
  const Format& format = *GetParam();
  if (format.name.starts_with("h") && format.name != "html") return;
  if (format.name == "openmetrics") return;
  expect_golden(format.render(compared_report(), {}), golden_of(format.name, "_compared"));
}

INSTANTIATE_TEST_SUITE_P(Formats, Golden,
                         ::testing::ValuesIn(all_formats().begin(), all_formats().end()),
                         [](const auto& format) { return format.param->name; });

}  // namespace
}  // namespace ingress_check
