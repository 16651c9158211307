// Fields as text for people.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/fields.h"

namespace ingress_check {
namespace {

std::string rule_text(const KeyRule& rule) {
  const std::string keys = one_of(rule.keys);
  switch (rule.kind) {
    case KeyRule::Kind::at_most_one:
      return fmt::format("at most one of {}", keys);
    case KeyRule::Kind::exactly_one:
      return fmt::format("exactly one of {}", keys);
    case KeyRule::Kind::at_least_one:
      return fmt::format("at least one of {}", keys);
    case KeyRule::Kind::all_or_none:
      break;
  }
  std::string all;
  for (const auto& key : rule.keys) all += (all.empty() ? "" : " and ") + key;
  return fmt::format("{} go together", all);
}

/// The tables below a field that have names of their own to document, outermost first.
void nested(const Field& field, std::vector<const Field*>& found) {
  for (const Field& inner : field.fields) {
    if (inner.kind == Kind::object)
      found.push_back(&inner);
    else
      nested(inner, found);
  }
}

/// describe(), with the keys of a map left out: they follow as lines of their own.
std::string brief(const Field& field) {
  switch (field.kind) {
    case Kind::object:
      return "a map";
    case Kind::list: {
      const std::string item = field.fields.empty() ? "values" : brief(field.fields.front());
      return field.or_one ? item + ", or a list of such" : "a list, each item " + item;
    }
    case Kind::map: {
      std::string text = "a map";
      if (!field.words.empty()) text += " with keys out of " + one_of(field.words);
      return field.fields.empty() ? text : text + ", each value " + brief(field.fields.front());
    }
    case Kind::either: {
      std::string text;
      for (const Field& one : field.fields) text += (text.empty() ? "" : "; or ") + brief(one);
      return text;
    }
    default:
      return describe(field);
  }
}

std::string line(const Field& field, std::size_t width, int indent) {
  std::string text = fmt::format("{:{}}{:<{}}  {}", "", indent, field.name, width, brief(field));
  if (field.required) text += ", required";
  if (!field.fallback.empty()) text += fmt::format(", default {}", field.fallback);
  if (!field.about.empty()) text += ": " + field.about;
  if (!field.example.empty()) text += fmt::format(" (as in {}: {})", field.name, field.example);
  return text + "\n";
}

}  // namespace

std::string document(const std::vector<Field>& fields, const std::vector<KeyRule>& rules,
                     int indent) {
  std::size_t width = 0;
  for (const Field& field : fields) width = std::max(width, field.name.size());
  std::string text;
  for (const Field& field : fields) {
    text += line(field, width, indent);
    std::vector<const Field*> tables;
    if (field.kind == Kind::object)
      tables.push_back(&field);
    else
      nested(field, tables);
    std::vector<std::string> told;
    for (const Field* table : tables) {
      std::string lines = document(table->fields, table->rules, indent + 4);
      if (std::find(told.begin(), told.end(), lines) != told.end()) continue;
      text += lines;
      told.push_back(std::move(lines));
    }
  }
  for (const KeyRule& rule : rules) text += fmt::format("{:{}}({})\n", "", indent, rule_text(rule));
  return text;
}

}  // namespace ingress_check
