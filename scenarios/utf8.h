// UTF-8 one character at a time, for text that may be anything.
#pragma once

#include <cstddef>
#include <string_view>

namespace ingress_check {

struct Character {
  char32_t code = 0;      ///< the code point, or the byte itself where it is not UTF-8
  std::size_t bytes = 1;  ///< that it takes; 1 where it is not UTF-8
  bool valid = false;     ///< RFC 3629: shortest form, no surrogates, at most U+10FFFF
};

/// The first character of `text`, which must not be empty.
Character first_character(std::string_view text);

/// C0, DEL and C1 controls (tab and line breaks among them), the byte order mark, the line and
/// paragraph separators, surrogates, U+FFFE and U+FFFF: what a line of text must not hold.
bool is_control(char32_t code);

/// How many characters `text` has, each byte that is not UTF-8 counting as one.
std::size_t character_count(std::string_view text);

}  // namespace ingress_check
