#include "reports/ink.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check {

std::string paint(std::string_view text, Ink ink, const RenderOptions& options) {
  if (!options.color) return std::string(text);
  static constexpr const char* codes[] = {"1;31", "32", "33", "2", "1"};
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<int>(ink)], text);
}

std::size_t columns(const RenderOptions& options) {
  return static_cast<std::size_t>(std::max(options.width, 60));
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    if (column > indent && column + 1 + word.size() > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string row(std::string_view name, std::string_view text, const RenderOptions& options) {
  if (text.empty()) return {};
  return fmt::format("  {} {}\n", paint(fmt::format("{:<9}", name), Ink::dim, options),
                     wrapped(printable(text, 2000), 12, columns(options)));
}

}  // namespace ingress_check
