#include "scenarios/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenarios/url.h"
#include "scenarios/utf8.h"

namespace ingress_check {

namespace {

constexpr std::size_t shown_characters = 160;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Line `number` of `text`, without its break (LF, CR LF or CR), as libyaml counts lines.
std::string_view line_of(std::string_view text, int number) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (int line = 1;; ++line) {
    const std::size_t end = text.find_first_of("\r\n");
    if (line == number) return text.substr(0, end);
    if (end == std::string_view::npos) return {};
    const bool two = text.substr(end, 2) == "\r\n";
    text.remove_prefix(end + (two ? 2 : 1));
  }
}

/// The line as it is printed, one entry a character: a tab as a blank, other controls as '?'.
std::vector<std::string> printable(std::string_view line) {
  std::vector<std::string> characters;
  while (!line.empty()) {
    const Character c = first_character(line);
    if (c.code == '\t')
      characters.emplace_back(" ");
    else if (!c.valid || is_control(c.code))
      characters.emplace_back("?");
    else
      characters.emplace_back(line.substr(0, c.bytes));
    line.remove_prefix(c.bytes);
  }
  return characters;
}

struct Window {
  std::size_t from = 0, to = 0;
};

/// The part of a line of `size` characters that is printed around character `at`.
Window window(std::size_t size, std::size_t at) {
  if (size <= shown_characters) return {0, size};
  const std::size_t half = shown_characters / 2;
  std::size_t from = at > half ? at - half : 0;
  from = std::min(from, size - shown_characters);
  return {from, from + shown_characters};
}

}  // namespace

std::string excerpt(const Place& place, std::string_view text) {
  if (!place.known() || text.empty()) return {};
  const std::vector<std::string> line = printable(without_user(line_of(text, place.line)));
  const auto at = static_cast<std::size_t>(std::max(place.column, 1) - 1);
  const Window cut = window(line.size(), std::min(at, line.size()));
  const std::string_view before = cut.from > 0 ? "..." : "";
  const std::string_view after = cut.to < line.size() ? "..." : "";

  std::string shown;
  for (std::size_t i = cut.from; i < cut.to; ++i) shown += line[i];
  const std::string number = std::to_string(place.line);
  const std::size_t indent = before.size() + std::min(at, line.size()) - cut.from;
  const std::size_t room = at < cut.to ? cut.to - at : 1;
  const std::size_t carets =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(place.width, 1)), 1, room);
  std::string first = fmt::format(" {} | {}{}{}", number, before, shown, after);
  first.erase(first.find_last_not_of(' ') + 1);
  return fmt::format("{}\n {:{}} | {:{}}{}\n", first, "", number.size(), "", indent,
                     std::string(carets, '^'));
}

std::string show(const Error& error, std::string_view text) {
  std::string out;
  if (error.place.known())
    out = fmt::format("{}:{}:{}: ", error.place.file, error.place.line, error.place.column);
  else if (!error.place.file.empty())
    out = error.place.file + ": ";
  out += without_user(error.what) + "\n";
  std::string lines = excerpt(error.place, text);
  const std::string hint = without_user(error.hint);
  if (hint.empty()) return out + lines;
  if (lines.empty()) return fmt::format("{}  {}\n", out, hint);
  lines.pop_back();
  return fmt::format("{}{} {}\n", out, lines, hint);
}

}  // namespace ingress_check
