#include "scenarios/error.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

TEST(Show, PutsCaretsBelowTheWordsAndTheHintBehindThem) {
  const std::string text =
      "scenario: x\nchecks:\n  - distribution: {path: /app1, policy: roundrobin}\n";
  const Error error{
      "unknown policy \"roundrobin\"", "did you mean round-robin?", {"a.yaml", 3, 41, 10}};
  EXPECT_EQ(show(error, text),
            "a.yaml:3:41: unknown policy \"roundrobin\"\n"
            " 3 |   - distribution: {path: /app1, policy: roundrobin}\n"
            "   |                                         ^^^^^^^^^^ did you mean round-robin?\n");
}

TEST(Show, WithoutAPlaceThereIsNoLine) {
  EXPECT_EQ(show({"no target is given", "give --target URL"}, "text"),
            "no target is given\n  give --target URL\n");
  EXPECT_EQ(show({"the file is UTF-16", "", {"a.yaml", 0, 0, 1}}, "text"),
            "a.yaml: the file is UTF-16\n");
}

TEST(Excerpt, IsTheLineAndTheCarets) {
  EXPECT_EQ(excerpt({"f", 12, 3, 2}, std::string(11, '\n') + "abcdef\n"),
            " 12 | abcdef\n    |   ^^\n");
  EXPECT_EQ(excerpt({"f", 0, 0, 1}, "abc"), "");
  EXPECT_EQ(excerpt({"f", 1, 1, 1}, ""), "");
}

TEST(Excerpt, CountsCharactersAndHidesControls) {
  EXPECT_EQ(excerpt({"f", 1, 6, 4}, "\xEF\xBB\xBFgr\xC3\xBC\xC3\x9F \tab\x1b\xFF\n"),
            " 1 | gr\xC3\xBC\xC3\x9F  ab??\n   |      ^^^^\n");
  EXPECT_EQ(excerpt({"f", 2, 1, 1}, "a\r\nb\rc"), " 2 | b\n   | ^\n");
  EXPECT_EQ(excerpt({"f", 3, 1, 1}, "a\r\nb\rc"), " 3 | c\n   | ^\n");
}

TEST(Excerpt, CaretsStayWithinTheLine) {
  EXPECT_EQ(excerpt({"f", 1, 2, 99}, "abc"), " 1 | abc\n   |  ^^\n");
  EXPECT_EQ(excerpt({"f", 1, 5, 1}, "key:"), " 1 | key:\n   |     ^\n");
  EXPECT_EQ(excerpt({"f", 1, 900, 9}, "abc"), " 1 | abc\n   |    ^\n");
  EXPECT_EQ(excerpt({"f", 7, 2, 1}, "abc"), " 7 |\n   | ^\n");
}

TEST(Excerpt, CutsALongLineAroundTheCaret) {
  const std::string line = std::string(500, 'a') + "HERE" + std::string(500, 'b');
  const std::string shown = excerpt({"f", 1, 501, 4}, line);
  const std::size_t break_at = shown.find('\n');
  EXPECT_LE(break_at, 160u + 12);
  EXPECT_EQ(shown.find("HERE"), shown.find("^^^^") - break_at - 1);
  EXPECT_NE(shown.find("| ...a"), std::string::npos);
  EXPECT_NE(shown.find("b...\n"), std::string::npos);
  const std::string first = excerpt({"f", 1, 1, 1}, line);
  EXPECT_EQ(first.find("| ..."), std::string::npos);
}

TEST(Show, MasksPasswordsOfUrls) {
  const std::string line = "target: {url: \"http://u:pw12345@a\"}\n";
  const Error error{"\"http://u:pw12345@a\" is wrong", "not http://u:pw12345@a", {"f", 1, 16, 20}};
  const std::string text = show(error, line);
  EXPECT_EQ(text.find("pw12345"), std::string::npos) << text;
  EXPECT_NE(text.find("http://*********@a\"}\n   |                ^^^^"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace ingress_check
