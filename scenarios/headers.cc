#include "scenarios/headers.h"

#include <algorithm>

namespace ingress_check {

namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

// Most pairs differ in length or in the first letter, and most that do not are written alike.
bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (!a.empty() && lower(a[0]) != lower(b[0])) return false;
  return a == b || std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (same_name(key, name)) return value;
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : fields)
    if (same_name(key, name)) values.push_back(value);
  return values;
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields, [&](const auto& field) { return same_name(field.first, name); });
  fields.emplace_back(std::string(name), std::move(value));
}

std::string header_mistake(std::string_view name, std::string_view value) {
  const auto token = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  if (name.empty()) return "a header needs a name";
  if (!std::ranges::all_of(name, token))
    return "a header's name has only letters, digits and !#$%&'*+-.^_`|~";
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
  };
  if (std::ranges::any_of(value, control)) return "a header's value is one line";
  return {};
}

}  // namespace ingress_check
