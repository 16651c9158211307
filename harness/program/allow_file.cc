#include "harness/program/allow_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace ingress_check {
namespace {

constexpr const char* blanks = " \t\r";

/// Characters of UTF-8.
int characters(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// What is wrong with the words of one line, which begins at `column` and is not empty.
std::optional<Error> mistake(std::string_view words, Place place) {
  place.width = std::max(1, characters(words));
  if (words.find_first_of(blanks) != words.npos)
    return Error{"more than one word", "one network or host a line, comments behind a #", place};
  const auto fine = Allowance::create(0, {std::string(words)});
  if (fine) return std::nullopt;
  Error error = fine.error();
  error.place = place;
  return error;
}

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

/// The words of the user's file; none if there is no file.
tl::expected<std::vector<std::string>, int> from_file() {
  const std::string path = allow_file(from_environment);
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || (!file && errno == ENOENT)) return {};
  std::ostringstream text;
  if (!file || (file.peek() != EOF && !(text << file.rdbuf())))
    return tl::unexpected(complain({fmt::format("cannot read {}: {}", path, std::strerror(errno)),
                                    "it says who may be sent more than 5 requests a second",
                                    {},
                                    false}));
  auto allowed = read_allow_file(text.str(), path);
  if (allowed) return *std::move(allowed);
  for (const auto& error : allowed.error()) std::fputs(show(error, text.str()).c_str(), stderr);
  return tl::unexpected(2);
}

}  // namespace

std::string allow_file(
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
  const auto absolute = [](const std::optional<std::string>& path) {
    return path && path->starts_with('/');
  };
  if (const auto config = environment("XDG_CONFIG_HOME"); absolute(config))
    return *config + "/ingress-check/allow";
  const auto home = environment("HOME");
  return absolute(home) ? *home + "/.config/ingress-check/allow" : "";
}

tl::expected<std::vector<std::string>, Errors> read_allow_file(std::string_view text,
                                                               const std::string& file) {
  std::vector<std::string> allowed;
  Errors errors;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const auto first = line.find_first_not_of(blanks);
    if (first == line.npos) continue;
    const auto words = line.substr(first, line.find_last_not_of(blanks) + 1 - first);
    const Place place{file, number, 1 + characters(line.substr(0, first))};
    if (auto error = mistake(words, place))
      errors.push_back(*std::move(error));
    else
      allowed.emplace_back(words);
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return allowed;
}

tl::expected<Allowance, int> allowance_of(const Arguments& arguments) {
  auto allowed = from_file();
  if (!allowed) return tl::unexpected(allowed.error());
  for (auto& one : arguments.all("allow")) allowed->push_back(std::move(one));
  auto allowance = Allowance::create(courtesy_rate, *allowed);
  if (!allowance) {
    Error error = allowance.error();
    error.what = "--allow: " + error.what;
    return tl::unexpected(complain(error));
  }
  return *std::move(allowance);
}

}  // namespace ingress_check
