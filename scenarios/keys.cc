#include "scenarios/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/scalars.h"
#include "scenarios/words.h"

namespace ingress_check {

const Field* find_field(const std::vector<Field>& table, std::string_view name) {
  for (const Field& field : table)
    if (field.name == name) return &field;
  return nullptr;
}

std::vector<std::string> names_of(const std::vector<Field>& table) {
  std::vector<std::string> names;
  for (const Field& field : table) names.push_back(field.name);
  return names;
}

namespace {

/// "a > b" if the key `name` is known somewhere below this field; empty if not.
std::string below(const Field& field, std::string_view name) {
  const bool named = !field.name.empty();
  if (field.kind == Kind::object && find_field(field.fields, name)) return field.name;
  for (const Field& inner : field.fields) {
    const std::string path = below(inner, name);
    const bool anonymous = inner.name.empty() && inner.kind == Kind::object && path.empty() &&
                           find_field(inner.fields, name);
    if (path.empty() && !anonymous) continue;
    if (!named) return path;
    return path.empty() ? field.name : fmt::format("{} > {}", field.name, path);
  }
  return {};
}

}  // namespace

Error unknown_key(const Node& key, const std::vector<const std::vector<Field>*>& tables,
                  const DecodeContext& context) {
  const auto say = [&](std::string hint) {
    return Error{fmt::format("unknown key {}", shown(key.text)), std::move(hint), key.place};
  };
  if (tables.size() == 1)
    for (const auto& [name, hint] : context.elsewhere)
      if (name == key.text) return say(hint);
  for (const Field& field : *tables.back())
    if (const std::string path = below(field, key.text); !path.empty())
      return say(fmt::format("{} belongs under {}", key.text, path));
  const std::vector<std::string> names = names_of(*tables.back());
  if (nearest(key.text, names).empty())
    for (std::size_t i = 0; i + 1 < tables.size(); ++i)
      if (find_field(*tables[i], key.text))
        return say(fmt::format("{} belongs further out: indent it less", key.text));
  return say(words_hint(key.text, names));
}

void obey(const Node& node, const KeyRule& rule, const std::vector<std::string>& meant,
          Errors& errors) {
  const auto mistake = [&](const Node& at, std::string what, std::string hint = {}) {
    errors.push_back({std::move(what), std::move(hint), at.place});
  };
  std::vector<const Node*> written;
  std::string absent;
  for (const auto& [key, value] : node.pairs)
    if (std::find(rule.keys.begin(), rule.keys.end(), key.text) != rule.keys.end())
      written.push_back(&key);
  for (const std::string& key : rule.keys)
    if (absent.empty() && !node.find(key)) absent = key;
  using Need = KeyRule::Kind;
  const bool needs_one = rule.kind == Need::exactly_one || rule.kind == Need::at_least_one;
  const bool misspelt = std::any_of(rule.keys.begin(), rule.keys.end(), [&](const auto& key) {
    return std::find(meant.begin(), meant.end(), key) != meant.end();
  });
  if (needs_one && written.empty() && !misspelt) {
    if (rule.keys.size() == 1)
      mistake(node, fmt::format("{0} is missing", rule.keys[0]), "add " + rule.keys[0]);
    else
      mistake(node, fmt::format("one of {} is missing", one_of(rule.keys)), "add one of them");
  }
  if (rule.kind == Need::all_or_none) {
    if (!written.empty() && !absent.empty() && !misspelt)
      mistake(*written.front(), fmt::format("{} needs {} too", written.front()->text, absent),
              fmt::format("add {}, or leave {} out", absent, written.front()->text));
  } else if (rule.kind != Need::at_least_one && written.size() > 1) {
    mistake(*written[1],
            fmt::format("{} and {} exclude each other", written[0]->text, written[1]->text),
            "keep one of them");
  }
}

bool excluded(const Node& node, std::string_view name, const std::vector<KeyRule>& rules) {
  for (const KeyRule& rule : rules) {
    const bool excludes =
        rule.kind == KeyRule::Kind::at_most_one || rule.kind == KeyRule::Kind::exactly_one;
    if (!excludes || std::find(rule.keys.begin(), rule.keys.end(), name) == rule.keys.end())
      continue;
    for (const std::string& key : rule.keys)
      if (node.find(key)) return true;
  }
  return false;
}

}  // namespace ingress_check
