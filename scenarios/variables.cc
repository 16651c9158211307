#include "scenarios/variables.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check {
namespace {

bool is_name(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

tl::unexpected<Error> badly_written(std::string_view text) {
  return tl::unexpected(
      Error{fmt::format("cannot read the variable \"{}\"", text),
            "write ${NAME}, ${NAME:-default} or ${secret:NAME}, with letters, digits and _ in the "
            "name; $${ stands for the characters ${"});
}

}  // namespace

bool has_variable(std::string_view text) {
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2))
    if (at == 0 || text[at - 1] != '$') return true;
  return false;
}

Result<std::string> Variables::expand(std::string_view text) {
  std::string out;
  while (true) {
    const auto at = text.find("${");
    if (at == std::string_view::npos) return out += text;
    if (at > 0 && text[at - 1] == '$') {
      out += text.substr(0, at - 1);
      out += "${";
      text.remove_prefix(at + 2);
      continue;
    }
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) return badly_written(text.substr(at));
    auto value_here = value(text.substr(at + 2, end - at - 2));
    if (!value_here) return value_here;
    out += text.substr(0, at);
    out += *value_here;
    text.remove_prefix(end + 1);
  }
}

Result<std::string> Variables::value(std::string_view inside) {
  std::string_view name = inside;
  const bool secret = name.starts_with("secret:");
  if (secret) name.remove_prefix(7);
  std::optional<std::string> otherwise;
  if (const auto at = name.find(":-"); at != std::string_view::npos) {
    otherwise = name.substr(at + 2);
    name = name.substr(0, at);
  }
  if (!is_name(name)) return badly_written(fmt::format("${{{}}}", inside));
  const std::string key(name);
  auto found = look_up(key);
  if (!found && !otherwise)
    return tl::unexpected(
        Error{fmt::format("variable {} is not set", key),
              fmt::format("give it with --set {0}=VALUE or in the environment, or write a default: "
                          "${{{1}{0}:-VALUE}}{2}",
                          key, secret ? "secret:" : "",
                          lab_.empty() ? "" : ", or practise with --lab " + lab_)});
  std::string result = found ? std::move(*found) : std::move(*otherwise);
  const bool known = std::any_of(secrets_.begin(), secrets_.end(),
                                 [&](const Secret& s) { return s.value == result; });
  if (secret && !result.empty() && !known) secrets_.push_back({key, result});
  return result;
}

std::optional<std::string> Variables::look_up(const std::string& name) const {
  for (auto one = set_.rbegin(); one != set_.rend(); ++one)
    if (one->first == name) return one->second;
  if (environment_) return environment_(name);
  return std::nullopt;
}

}  // namespace ingress_check
