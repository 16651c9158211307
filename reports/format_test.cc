#include "reports/format.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ingress_check {
namespace {

std::string folder() {
  std::string name = (std::filesystem::temp_directory_path() / "reports-XXXXXX").string();
  return mkdtemp(name.data());
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Printable, ShowsControlCharactersAndBrokenUtf8) {
  EXPECT_EQ(printable("a\x1b[31mb", 100), "a\\x1b[31mb");
  EXPECT_EQ(printable("a\r\n\tb", 100), "a\\r\\n\\tb");
  EXPECT_EQ(printable("\xff\xc3", 100), "\\xff\\xc3");
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "abc",
                      100),
            "\\xe2\\x80\\xaeabc")
      << "text that reverses what follows";
  EXPECT_EQ(printable("\xc2\x9b"
                      "1m",
                      100),
            "\\xc2\\x9b1m")
      << "C1 control sequence introducer";
  EXPECT_EQ(printable("戦闘力 500", 100), "戦闘力 500");
}

TEST(Printable, CutsAtCharactersNotBytes) { EXPECT_EQ(printable("äöüß", 2), "äö..."); }

TEST(WriteReport, ReplacesWholeAndLeavesNothingBehind) {
  const std::string at = folder(), path = at + "/result.json";
  ASSERT_TRUE(write_report(path, "old and longer"));
  ASSERT_TRUE(write_report(path, "new"));
  EXPECT_EQ(read(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(at), {}), 1);
  std::filesystem::remove_all(at);
}

TEST(WriteReport, NeverRenamesOverADevice) {
  ASSERT_TRUE(write_report("/dev/null", "text"));
  struct stat facts {};
  ASSERT_EQ(::stat("/dev/null", &facts), 0);
  EXPECT_TRUE(S_ISCHR(facts.st_mode));
}

TEST(WriteReport, SaysWhyItCannot) {
  const auto done = write_report("/nonexistent/folder/result.json", "text");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().what,
            "cannot write /nonexistent/folder/result.json: No such file or directory");
  EXPECT_FALSE(done.error().usage);
}

TEST(WriteReport, OnAFullDeviceSaysSo) {
  const auto done = write_report("/dev/full", "text");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().what, "cannot write /dev/full: No space left on device");
}

/// Files may not grow beyond so many bytes while it lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);  // as the program does
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(WriteReport, KeepsTheOldOneWhereTheNewOneHasNoRoom) {
  const std::string at = folder(), old = at + "/old.json", fresh = at + "/new.json";
  ASSERT_TRUE(write_report(old, "old"));
  {
    const FileLimit limit(4096);
    for (const auto& path : {old, fresh}) {
      const auto done = write_report(path, std::string(5000, 'x'));
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().what, "cannot write " + path + ": File too large");
    }
  }
  EXPECT_EQ(read(old), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(at), {}), 1);
  std::filesystem::remove_all(at);
}

/// A process in a container often has the number of the one before it.
TEST(WriteReport, IsNotHinderedByWhatAKilledOneLeft) {
  const std::string at = folder(), path = at + "/result.json";
  ASSERT_TRUE(write_report(path, "old"));
  std::ofstream(path + "." + std::to_string(::getpid()) + ".tmp") << "half";
  ASSERT_TRUE(write_report(path, "new"));
  EXPECT_EQ(read(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(at), {}), 1);
  std::filesystem::remove_all(at);
}

TEST(Formats, EachIsFoundByItsName) {
  for (const auto* format : all_formats()) EXPECT_EQ(find_format(format->name), format);
  EXPECT_NE(find_format("console"), nullptr);
  EXPECT_NE(find_format("json"), nullptr);
  EXPECT_EQ(find_format("xml"), nullptr);
}

TEST(WriteReport, IsTriedBeforehandAndLeavesNothingBehind) {
  const std::string place = folder();
  EXPECT_TRUE(can_write_report(place + "/result.json"));
  EXPECT_TRUE(std::filesystem::is_empty(place));
  EXPECT_FALSE(can_write_report(place));
  const auto nowhere = can_write_report(place + "/missing/result.json");
  ASSERT_FALSE(nowhere);
  EXPECT_FALSE(nowhere.error().usage);
  std::filesystem::remove_all(place);
}

TEST(WriteReport, DoesNotWaitForAPipeThatNobodyReads) {
  const std::string place = folder();
  const std::string pipe = place + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(write_report(pipe, "text"));
  std::filesystem::remove_all(place);
}

}  // namespace
}  // namespace ingress_check
