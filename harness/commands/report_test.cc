// The command `report` from the outside.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/program/printed_test.h"

namespace ingress_check {
namespace {

using testing::Printed;

Printed report(std::vector<std::string> words) {
  words.emplace_back("--color=never");
  return testing::run_command("report", words);
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

const std::string stored = SOURCE_DIR "/reports/machine/json.golden";

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "report-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

TEST(ReportCommand, RendersInManyFormatsAtOnce) {
  const Folder folder;
  const Printed printed = report({stored, "--report", "html=" + (folder / "r.html"), "--report",
                                  "junit=" + (folder / "r.xml"), "--report", "openmetrics"});
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_EQ(printed.out, read(SOURCE_DIR "/reports/machine/openmetrics.golden"));
  EXPECT_NE(read(folder / "r.html").find("</html>"), std::string::npos);
  EXPECT_NE(read(folder / "r.xml").find("</testsuites>"), std::string::npos);
}

TEST(ReportCommand, TellsAsTheConsoleDid) {
  const Printed printed = report({stored});
  EXPECT_EQ(printed.status, 0) << "whatever the run's own was";
  EXPECT_NE(printed.out.find("1 of 2 routes is answered by another service"), std::string::npos);
  EXPECT_NE(printed.out.find("exit status 3"), std::string::npos);
}

TEST(ReportCommand, RefusesWhatIsNoResult) {
  EXPECT_EQ(report({}).status, 2);
  EXPECT_EQ(report({stored, stored}).status, 2);
  EXPECT_EQ(report({"/nonexistent"}).status, 2);
  EXPECT_EQ(report({SOURCE_DIR}).status, 2);
  const Printed printed = report({SOURCE_DIR "/README.md"});
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("README.md: this is no JSON"), std::string::npos) << printed.err;
}

TEST(ReportCommand, SaysWhereItCannotWrite) {
  const Printed printed = report({stored, "--report", "html=/nonexistent/r.html"});
  EXPECT_EQ(printed.status, 3);
  const Printed full = report({stored, "--report", "html=/dev/full"});
  EXPECT_EQ(full.status, 3);
  EXPECT_NE(full.err.find("cannot write /dev/full: No space left on device"), std::string::npos);
}

TEST(ReportCommand, OnGitHubTheSummaryGrowsAndLinesAreAnnotated) {
  const Folder folder;
  const std::string summary = folder / "summary.md";
  std::ofstream(summary) << "what another step wrote\n";
  ::setenv("GITHUB_ACTIONS", "true", 1);
  ::setenv("GITHUB_STEP_SUMMARY", summary.c_str(), 1);
  const Printed printed = report({stored, "--report", "markdown=" + summary});
  ::unsetenv("GITHUB_ACTIONS");
  ::unsetenv("GITHUB_STEP_SUMMARY");
  EXPECT_EQ(printed.status, 0);
  EXPECT_TRUE(read(summary).starts_with("what another step wrote\n## ❌ ingress-check"))
      << read(summary);
  EXPECT_NE(printed.err.find("::error file=shop.yaml,line=8,"), std::string::npos);
  EXPECT_EQ(report({stored, "--report", "markdown"}).err, "") << "not on GitHub";
}

}  // namespace
}  // namespace ingress_check
