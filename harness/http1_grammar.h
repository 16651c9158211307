// The characters and lists of RFC 9110, 5.6, for those who read HTTP/1.1 byte by byte.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace ingress_check::http1_grammar {

/// tchar (RFC 9110, 5.6.2), by unsigned byte.
inline constexpr std::array<bool, 256> kToken = [] {
  std::array<bool, 256> token{};
  for (unsigned c = '0'; c <= '9'; ++c) token[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) token[c] = token[c - 0x20] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    token[static_cast<unsigned char>(c)] = true;
  return token;
}();

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// CTL (RFC 5234, B.1) without HTAB.
inline bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

/// Equal but for case. `lower` consists of lower-case letters and hyphens; `text` holds no control
/// characters.
inline bool same(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] | 0x20) != lower[i]) return false;
  return true;
}

/// Without OWS at either end.
inline std::string_view trimmed(std::string_view text) {
  const bool usual = text.size() > 1 && text[0] == ' ' && !is_blank(text[1]);
  if (usual && !is_blank(text.back())) return {text.data() + 1, text.size() - 1};
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Calls `each` with every element of a comma-separated list, trimmed, empty ones included.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = list.find(',');
    each(trimmed(list.substr(0, comma)));
    if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
  }
}

}  // namespace ingress_check::http1_grammar
