#include "scenarios/utf8.h"

namespace ingress_check {

namespace {

/// Bytes of a sequence by its first byte (RFC 3629, section 4); 0 if no sequence begins so.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Character broken{byte(0), 1, false};
  const std::size_t length = sequence_length(byte(0));
  if (length == 0 || length > text.size()) return broken;
  if (length == 1) return {byte(0), 1, true};
  char32_t code = byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return broken;
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const bool shortest = length == 2 || (length == 3 ? code >= 0x800 : code >= 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (!shortest || surrogate || code > 0x10FFFF) return broken;
  return {code, length, true};
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029 ||
         (code >= 0xD800 && code <= 0xDFFF) || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).bytes);
  return count;
}

}  // namespace ingress_check
