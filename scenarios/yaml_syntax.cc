#include "scenarios/yaml_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "scenarios/utf8.h"

namespace ingress_check {

namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view quote_hint = "put the whole value in single quotes";

/// The problem, with the user's line at hand.
struct Scene {
  const SyntaxProblem& problem;
  std::string_view text;
  std::string_view line;    ///< of problem.at
  std::size_t offset;       ///< of problem.at in `line`, in bytes
  std::string_view before;  ///< problem.at on that line, without blanks at its end
  char at;                  ///< 0 at the end of the line

  bool says(std::string_view words) const {
    return problem.problem.find(words) != std::string_view::npos;
  }
  bool within(std::string_view words) const {
    return problem.context.find(words) != std::string_view::npos;
  }
};

std::string_view line_at(std::string_view text, int number) {
  for (int line = 1;; ++line) {
    const std::size_t end = text.find_first_of("\r\n");
    if (line == number) return text.substr(0, end);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(blanks);
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

Scene scene(const SyntaxProblem& problem, std::string_view text) {
  const std::string_view line = line_at(text, problem.at.line);
  std::size_t offset = 0;
  for (int column = 1; column < problem.at.column && offset < line.size(); ++column)
    offset += first_character(line.substr(offset)).bytes;
  return {problem,
          text,
          line,
          offset,
          trimmed(line.substr(0, offset)),
          offset < line.size() ? line[offset] : '\0'};
}

Place moved(Place place, std::string_view line, std::size_t from, std::size_t to) {
  place.column = 1 + static_cast<int>(character_count(line.substr(0, from)));
  place.width = std::max(1, static_cast<int>(character_count(line.substr(from, to - from))));
  return place;
}

/// `${NAME}` within {} or []: YAML reads its brace as a map.
std::optional<Error> bare_variable(const Scene& s) {
  if (s.at != '{' || s.offset == 0 || s.line[s.offset - 1] != '$') return std::nullopt;
  const std::size_t blank = s.line.find_last_of(" \t,{[\"'", s.offset - 1);
  const std::size_t from = blank == std::string_view::npos ? 0 : blank + 1;
  std::size_t to = s.line.find('}', s.offset);
  if (to == std::string_view::npos)
    return Error{"the variable has no closing brace", "write \"${NAME}\"",
                 moved(s.problem.at, s.line, from, s.line.size())};
  to = std::min(s.line.find_first_of(" \t,}]", to + 1), s.line.size());
  return Error{"within {} and [] a variable must be in quotes",
               fmt::format("quote it: \"{}\"", s.line.substr(from, to - from)),
               moved(s.problem.at, s.line, from, to)};
}

/// A bracket inside an unquoted value of a flow collection: most often a pattern.
std::optional<Error> bare_bracket(const Scene& s) {
  if (!s.within("flow") || (s.at != '{' && s.at != '[') || s.before.empty()) return std::nullopt;
  if (std::string_view(",:{[").find(s.before.back()) != std::string_view::npos) return std::nullopt;
  return Error{fmt::format("\"{}\" in a value that is not in quotes", s.at),
               fmt::format("{}, as in '~ ^/v[0-9]+'", quote_hint), s.problem.at};
}

std::optional<Error> unfit_character(const Scene& s) {
  if (s.says("found a tab")) {
    return Error{"a tab in the indentation", "indent with spaces", s.problem.at};
  }
  if (!s.says("cannot start any token")) return std::nullopt;
  if (s.at == '\t') return Error{"a tab in the indentation", "indent with spaces", s.problem.at};
  return Error{fmt::format("a value cannot begin with \"{}\"", s.at), std::string(quote_hint),
               s.problem.at};
}

std::optional<Error> unquoted_star(const Scene& s) {
  if (!s.says("did not find expected alphabetic or numeric character")) return std::nullopt;
  const bool alias = s.within("alias");
  const std::string_view line = line_at(s.text, s.problem.context_at.line);
  Place place = s.problem.context_at.known() ? s.problem.context_at : s.problem.at;
  const std::size_t from = line.find(alias ? '*' : '&');
  const std::size_t to = std::min(line.find_first_of(" \t,}]", from), line.size());
  if (from == std::string_view::npos ||
      place.column != 1 + static_cast<int>(character_count(line.substr(0, from))))
    return Error{"a value that begins with \"*\" or \"&\" must be in quotes",
                 std::string(quote_hint), place};
  return Error{fmt::format("a value that begins with \"{}\" must be in quotes", line[from]),
               fmt::format("write \"{}\"", line.substr(from, to - from)),
               moved(place, line, from, to)};
}

std::optional<Error> broken_quotes(const Scene& s) {
  if (s.within("quoted scalar") &&
      (s.says("unexpected end of stream") || s.says("unexpected document indicator")))
    return Error{"this quote is never closed", "write the same quote where the text ends",
                 s.problem.context_at};
  if (s.says("unknown escape character") || s.says("hexdecimal") ||
      s.says("invalid Unicode character"))
    return Error{"an unknown escape in double quotes",
                 "write \\\\ for a backslash, or use single quotes, where a backslash stands for "
                 "itself",
                 s.problem.at};
  return std::nullopt;
}

std::optional<Error> broken_collection(const Scene& s) {
  const bool map = s.says("',' or '}'");
  if (!map && !s.says("',' or ']'")) return std::nullopt;
  const char open = map ? '{' : '[', close = map ? '}' : ']';
  if (s.problem.at.line != s.problem.context_at.line)
    return Error{fmt::format("this \"{}\" is never closed", open),
                 fmt::format("write \"{}\" where it ends", close), s.problem.context_at};
  if (s.at == (map ? ']' : '}'))
    return Error{fmt::format("\"{}\" where \"{}\" is needed", s.at, close),
                 fmt::format("close \"{}\" with \"{}\"", open, close), s.problem.at};
  if (s.at == ':')
    return Error{"a second \": \" in one entry",
                 "separate entries by a comma, or put the value in quotes", s.problem.at};
  return Error{fmt::format("a comma or \"{}\" is missing here", close),
               "separate entries by a comma, or put the whole value in quotes", s.problem.at};
}

/// `key:value` on a line: where its colon is.
std::optional<std::size_t> colon_without_blank(std::string_view line) {
  const std::size_t from = line.find_first_not_of(" \t-");
  if (from == std::string_view::npos) return std::nullopt;
  const std::size_t colon = line.find(':', from);
  if (colon == std::string_view::npos || colon + 1 >= line.size()) return std::nullopt;
  const std::string_view key = line.substr(from, colon - from);
  const bool word = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return word && line[colon + 1] != ' ' && line[colon + 1] != '\t' ? std::optional(colon)
                                                                   : std::nullopt;
}

/// Looks for `key:value` at or above the problem, down to the line where it began.
std::optional<Error> missing_blank(const Scene& s, int first_line) {
  for (int number = s.problem.at.line; number >= first_line && number >= 1; --number) {
    const std::string_view line = line_at(s.text, number);
    const auto colon = colon_without_blank(line);
    if (!colon) continue;
    Place place = s.problem.at;
    place.line = number;
    const std::size_t from = line.find_first_not_of(" \t-");
    return Error{"no space after the colon",
                 fmt::format("write {}: {}", line.substr(from, *colon - from),
                             trimmed(line.substr(*colon + 1))),
                 moved(place, line, *colon, *colon + 1)};
  }
  return std::nullopt;
}

std::optional<Error> misplaced_colon(const Scene& s) {
  if (s.says("unexpected ':'"))
    return Error{"no space after the colon", "write key: value", s.problem.at};
  if (s.says("could not find expected ':'")) {
    if (auto error = missing_blank(s, s.problem.context_at.line)) return error;
    const std::string_view line = trimmed(line_at(s.text, s.problem.context_at.line));
    const std::size_t from = line.find_first_not_of(" \t-");
    constexpr std::size_t longest_key = 60;  // a longer one is no key at all
    if (from == std::string_view::npos || line.size() > longest_key)
      return Error{"a key without a colon", "write key: value", s.problem.context_at};
    return Error{"a key without a colon",
                 fmt::format("write \"{}:\" and its value", line.substr(from)),
                 moved(s.problem.context_at, line, from, line.size())};
  }
  if (!s.says("mapping values are not allowed")) return std::nullopt;
  if (s.before.find(": ") != std::string_view::npos)
    return Error{"a second \": \" on one line", std::string(quote_hint), s.problem.at};
  if (auto error = missing_blank(s, s.problem.at.line - 1)) return error;
  const std::size_t from = s.line.find_first_not_of(" \t-");
  return Error{"this key is indented more than the line above allows",
               "give all keys of one map the same indentation; end the line above with a colon if "
               "this belongs under it",
               from < s.offset ? moved(s.problem.at, s.line, from, s.offset) : s.problem.at};
}

/// Something stands behind a quote or bracket that ended the value.
Error closed_before(const Scene& s) {
  switch (s.before.back()) {
    case '\'':
      return {"nothing may follow the closing quote",
              "put the whole value in quotes; a single quote inside is doubled: 'it''s'",
              s.problem.at};
    case '"':
      return {"nothing may follow the closing quote", std::string(quote_hint), s.problem.at};
    default:
      return {fmt::format("nothing may follow the closing \"{}\"", s.before.back()),
              "put the whole value in quotes, or begin a new line", s.problem.at};
  }
}

std::optional<Error> misplaced_line(const Scene& s) {
  const bool key = s.says("did not find expected key");
  const bool item = s.says("did not find expected '-' indicator");
  const bool document = s.says("expected <document start>");
  if (!key && !item && !document) return std::nullopt;
  constexpr std::string_view closers = "\"'}]";
  if (!s.before.empty() && closers.find(s.before.back()) != std::string_view::npos)
    return closed_before(s);
  if (document)
    return Error{"this line belongs to nothing above it",
                 "a scenario is one map: every line at the left edge is key: value", s.problem.at};
  if (key && s.at == ':') return Error{"a colon without a key", "write key: value", s.problem.at};
  const int began = s.problem.context_at.line;
  if (key && s.at == '-')
    return Error{fmt::format("a list item among the keys of the map that began on line {}", began),
                 "give all items of a list the same indentation, below its key", s.problem.at};
  if (key)
    return Error{fmt::format("this line is not a key of the map that began on line {}", began),
                 "write key: value, with the same indentation as the other keys", s.problem.at};
  return Error{fmt::format("this line is not an item of the list that began on line {}", began),
               "begin it with \"- \", or indent it as what it belongs to", s.problem.at};
}

std::optional<Error> misplaced_value(const Scene& s) {
  if (s.says("block sequence entries are not allowed"))
    return Error{"a list cannot begin behind its key",
                 "begin it on the next line, or write it as [a, b]", s.problem.at};
  if (s.says("mapping keys are not allowed"))
    return Error{"\"?\" cannot stand here", "put the value in quotes", s.problem.at};
  if (s.says("did not find expected node content"))
    return Error{s.at ? fmt::format("a value cannot begin with \"{}\"", s.at)
                      : std::string("a value is missing here"),
                 "write a value, in quotes if it begins with a sign", s.problem.at};
  return std::nullopt;
}

std::optional<Error> foreign_feature(const Scene& s) {
  const Place& place = s.problem.context_at.known() ? s.problem.context_at : s.problem.at;
  if (s.within("tag") || s.says("tag handle"))
    return Error{"tags (!name) are not part of the language",
                 "remove it, or put a value that begins with ! in quotes", place};
  if (s.within("directive") || s.says("directive") || s.says("incompatible YAML document"))
    return Error{"a line that begins with % is a YAML directive",
                 "remove the line, or put the value in quotes", place};
  if (s.within("block scalar"))
    return Error{"a text block that begins with | or > is not well formed",
                 "write | alone and indent the lines below it with spaces", place};
  return std::nullopt;
}

}  // namespace

Error syntax_error(const SyntaxProblem& problem, std::string_view text) {
  const Scene s = scene(problem, text);
  constexpr std::array recognizers{
      bare_variable,     bare_bracket,    unfit_character, unquoted_star,   broken_quotes,
      broken_collection, misplaced_colon, misplaced_line,  misplaced_value, foreign_feature};
  for (const auto recognize : recognizers)
    if (auto error = recognize(s)) return *error;
  return Error{fmt::format("this is not YAML: {}{}{}", problem.context,
                           problem.context.empty() ? "" : " ", problem.problem),
               "check the indentation and the quotes of this line", problem.at};
}

}  // namespace ingress_check
