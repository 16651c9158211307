// The command `compare` from the outside.
#include <gtest/gtest.h>

#include "harness/program/printed_test.h"

namespace ingress_check {
namespace {

using testing::Printed;

Printed compare(std::vector<std::string> words) {
  words.emplace_back("--color=never");
  return testing::run_command("compare", words);
}

const std::string stored = SOURCE_DIR "/reports/machine/json_compared.golden";

/// The same result twice: nothing differs, two checks a side came to no verdict.
TEST(CompareCommand, OfTheSameNothingDiffers) {
  const Printed printed = compare({stored, stored});
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_NE(printed.out.find("no difference in what could be decided"), std::string::npos)
      << printed.out;
  EXPECT_NE(printed.out.find("exit status 0"), std::string::npos);
  EXPECT_EQ(compare({stored, stored, "--fail-on", "slower=10%"}).status, 4)
      << "the storm is not compared";
}

TEST(CompareCommand, SaysWhatToWrite) {
  EXPECT_EQ(compare({}).status, 2);
  EXPECT_NE(compare({stored}).err.find("one result is not enough"), std::string::npos);
  EXPECT_EQ(compare({stored, "/nonexistent"}).status, 2);
  EXPECT_EQ(compare({stored, SOURCE_DIR "/README.md"}).status, 2);
  const Printed printed = compare({stored, stored, "--fail-on", "behavior"});
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("did you mean behaviour?"), std::string::npos) << printed.err;
  EXPECT_EQ(compare({stored, stored, "--report", "html=/nonexistent/r.html"}).status, 3);
  EXPECT_NE(compare({"--help"}).out.find("Exit status"), std::string::npos);
}

}  // namespace
}  // namespace ingress_check
