#include "scenarios/pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace ingress_check {
namespace {

TEST(Pattern, NamesGroupsAsRe2Does) {
  const auto pattern = read_pattern(R"(^\[(?<service>\w+):(?<pod>[0-9.]+)\])");
  ASSERT_TRUE(pattern);
  EXPECT_EQ(*pattern, R"(^\[(?P<service>\w+):(?P<pod>[0-9.]+)\])");
  EXPECT_EQ(named_groups(*pattern), (std::vector<std::string>{"pod", "service"}));
  std::string service, pod;
  EXPECT_TRUE(RE2::PartialMatch("[app1:10.0.0.7] hello", *pattern, &service, &pod));
  EXPECT_EQ(service + " " + pod, "app1 10.0.0.7");
}

TEST(Pattern, LeavesEscapedAndBracketedTextAlone) {
  for (const char* text : {R"(a\(?<b)", R"([(?<x>])", R"([]?(?<]+)", R"([^](?<]+)", R"(\Q(?<a>\E)",
                           R"([[:alpha:](?<])", R"((?P<a>x))", R"((?i)x)", R"(\\d)"}) {
    const auto pattern = read_pattern(text);
    ASSERT_TRUE(pattern) << text << ": " << pattern.error().what;
    EXPECT_EQ(*pattern, text);
  }
}

TEST(Pattern, SaysWhatRe2Lacks) {
  EXPECT_EQ(read_pattern("(?<=a)b").error().what, "patterns have no look-behind (\"(?<=\")");
  EXPECT_EQ(read_pattern("(?<!a)b").error().what, "patterns have no look-behind (\"(?<!\")");
  EXPECT_EQ(read_pattern("a(?=b)").error().what, "patterns have no look-ahead (\"(?=\")");
  EXPECT_EQ(read_pattern("a(?!b)").error().what, "patterns have no look-ahead (\"(?!\")");
  EXPECT_EQ(read_pattern("(a)\\1").error().what, "patterns have no back references (\"\\1\")");
}

TEST(Pattern, SaysWhyItCannotBeRead) {
  EXPECT_EQ(read_pattern("a(b").error().what, "the pattern cannot be read: missing ): a(b");
  EXPECT_FALSE(read_pattern("[a"));
  EXPECT_FALSE(read_pattern("a\\"));
  EXPECT_FALSE(read_pattern("(?<a"));
  EXPECT_FALSE(read_pattern("*a"));
  EXPECT_FALSE(read_pattern("(x{1000}){1000}"));
}

}  // namespace
}  // namespace ingress_check
