#include "harness/program/fail_on.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

Result<FailOn> read(std::vector<std::string> words) {
  Arguments arguments;
  if (!words.empty()) arguments.values["fail-on"] = std::move(words);
  return fail_on(arguments);
}

TEST(FailOnOption, IsAListOfQuestions) {
  EXPECT_FALSE(read({})->any());
  EXPECT_TRUE(read({"behaviour"})->behaviour);
  EXPECT_FALSE(read({"behaviour"})->slower);
  EXPECT_DOUBLE_EQ(*read({"slower=10%"})->slower, 0.1);
  for (const auto& words : {std::vector<std::string>{"behaviour,slower=2.5%"},
                            std::vector<std::string>{"slower=2.5%", "behaviour"}}) {
    EXPECT_TRUE(read(words)->behaviour);
    EXPECT_DOUBLE_EQ(*read(words)->slower, 0.025);
  }
}

TEST(FailOnOption, SaysWhatToWrite) {
  EXPECT_NE(read({"behavior"}).error().hint.find("did you mean behaviour?"), std::string::npos);
  EXPECT_NE(read({"slow=3%"}).error().hint.find("did you mean slower?"), std::string::npos);
  for (const auto* text : {"slower", "slower=", "slower=0%", "slower=10", "slower=-3%", "slower=x"})
    EXPECT_NE(read({text}).error().hint.find("slower=10%"), std::string::npos) << text;
  for (const auto* text : {"", "behaviour,", ",", "behaviour=yes", "everything"})
    EXPECT_FALSE(read({text})) << text;
}

}  // namespace
}  // namespace ingress_check
