#include "reports/human/markdown/section.h"

#include <algorithm>

#include "reports/format.h"

namespace ingress_check::formats::markdown_text {

std::string code(const std::string& untrusted, std::size_t most) {
  const std::string text = printable(untrusted, most);
  if (text.empty()) return {};
  std::size_t run = 0, longest_run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest_run = std::max(longest_run, run);
  }
  const std::string fence(longest_run + 1, '`');
  const bool padded = text.front() == '`' || text.back() == '`' || text.front() == ' ';
  return fence + (padded ? " " : "") + text + (padded ? " " : "") + fence;
}

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string prose(const std::string& untrusted) {
  constexpr std::string_view plain = " .,;:%()'/-+=";
  const std::string text = printable(untrusted, longest);
  const bool harmless = std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           plain.find(c) != plain.npos;
  });
  const bool link = text.find("://") != text.npos || text.find("www.") != text.npos;
  const bool list = !text.empty() && std::string_view("-+=").find(text.front()) != text.npos;
  return harmless && !link && !list ? text : code(untrusted);
}

}  // namespace ingress_check::formats::markdown_text
