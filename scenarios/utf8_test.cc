#include "scenarios/utf8.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

TEST(Utf8, ReadsOneToFourBytes) {
  EXPECT_EQ(first_character("a").code, U'a');
  EXPECT_EQ(first_character("\xC3\xBC!").code, U'\u00FC');
  EXPECT_EQ(first_character("\xE2\x82\xAC").code, U'\u20AC');
  EXPECT_EQ(first_character("\xF0\x9F\x98\x80").code, U'\U0001F600');
  EXPECT_EQ(first_character("\xF0\x9F\x98\x80").bytes, 4u);
}

TEST(Utf8, RefusesWhatRfc3629Refuses) {
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5", "\xFF", "\xC3", "\xE2\x82", "\xC3("}) {
    EXPECT_FALSE(first_character(text).valid) << text;
    EXPECT_EQ(first_character(text).bytes, 1u) << text;
  }
}

TEST(Utf8, CountsCharacters) {
  EXPECT_EQ(character_count(""), 0u);
  EXPECT_EQ(character_count("gr\xC3\xBC\xC3\x9F"), 4u);
  EXPECT_EQ(character_count("a\xFF\xFE"), 3u);
}

TEST(Utf8, KnowsControls) {
  for (const unsigned code : {0x00u, 0x09u, 0x1Bu, 0x7Fu, 0x85u, 0x2028u, 0xFEFFu, 0xFFFFu})
    EXPECT_TRUE(is_control(code)) << code;
  for (const unsigned code : {0x20u, 0x7Eu, 0xA0u, 0x20ACu, 0x1F600u})
    EXPECT_FALSE(is_control(code)) << code;
}

}  // namespace
}  // namespace ingress_check
