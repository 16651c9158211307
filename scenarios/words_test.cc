#include "scenarios/words.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

TEST(Nearest, FindsMisspeltWords) {
  const std::vector<std::string> words{"round-robin", "weighted", "ewma", "path", "url", "status"};
  EXPECT_EQ(nearest("roundrobin", words), "round-robin");
  EXPECT_EQ(nearest("Round_Robin", words), "round-robin");
  EXPECT_EQ(nearest("wieghted", words), "weighted");
  EXPECT_EQ(nearest("pathes", words), "path");
  EXPECT_EQ(nearest("ulr", words), "url");
  EXPECT_EQ(nearest("stauts", words), "status");
}

TEST(Nearest, PrefersTheClosestAndKeepsItsDistance) {
  EXPECT_EQ(nearest("hosts", {"host", "hosted", "hosts-of"}), "host");
  EXPECT_EQ(nearest("banana", {"round-robin", "path"}), "");
  EXPECT_EQ(nearest("code", {"pod", "core-x"}), "");
  EXPECT_EQ(nearest("cert", {"key", "certificate-key", "certificate"}), "certificate");
  EXPECT_EQ(nearest("xy", {"ab", "url"}), "");
  EXPECT_EQ(nearest("", {"a"}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), {"path"}), "");
}

TEST(WordsHint, NamesAFewAndPointsToTheListOfMany) {
  EXPECT_EQ(words_hint("routng", {"routing"}), "did you mean routing?");
  EXPECT_EQ(words_hint("ngnix", {"nginx", "alb"}), "did you mean nginx? (nginx, alb)");
  EXPECT_EQ(words_hint("x", {"nginx", "alb"}), "there are: nginx, alb");
  EXPECT_EQ(words_hint("x", {}), "");
  const std::vector<std::string> many(13, "stale-pod");
  EXPECT_EQ(words_hint("stale-pd", many, "list breaks"),
            "did you mean stale-pod? `list breaks` names all");
  EXPECT_EQ(words_hint("zzz", many, "list breaks"), "`list breaks` names all");
}

TEST(OneOf, ReadsAsAPersonWouldSayIt) {
  EXPECT_EQ(one_of({}), "");
  EXPECT_EQ(one_of({"a"}), "a");
  EXPECT_EQ(one_of({"a", "b"}), "a or b");
  EXPECT_EQ(one_of({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace ingress_check
