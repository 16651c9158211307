// Fields as text for people.
#include <fmt/format.h>

#include <algorithm>
#include <map>

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

constexpr std::size_t columns = 100;

/// Words in lines of at most `columns`, the second and later ones indented by `hanging`.
std::string wrapped(const std::string& text, std::size_t hanging) {
  std::string out, line;
  for (std::size_t at = 0; at < text.size();) {
    // Leading blanks belong to the first word.
    const auto begin = text.find_first_not_of(' ', at);
    const auto end = std::min(text.find(' ', begin), text.size());
    const bool fits = line.size() + (end - at) <= columns;
    if (fits || line.find_first_not_of(' ') == std::string::npos) {
      line += text.substr(at, end - at);
    } else {
      out += line + "\n";
      line = std::string(hanging, ' ') + text.substr(begin, end - begin);
    }
    at = end;
  }
  return out + line + "\n";
}

std::string paragraph(const Field& field, std::size_t width, std::size_t indent) {
  std::string text = fmt::format("{:{}}{:<{}}  {}", "", indent, field.name, width, field.about);
  if (!field.about.empty()) text += ": ";
  text += brief(field);
  if (field.required) text += "; required";
  if (!field.fallback.empty()) text += fmt::format("; default {}", field.fallback);
  if (!field.example.empty()) text += fmt::format("; as in {}: {}", field.name, field.example);
  return wrapped(text, indent + width + 4);
}

}  // namespace

std::string document(const std::vector<Field>& fields, const std::vector<KeyRule>& rules,
                     int indent) {
  std::size_t width = 0;
  for (const Field& field : fields) width = std::max(width, field.name.size());
  const auto margin = static_cast<std::size_t>(indent);
  std::string text;
  std::map<std::string, std::string> told;  // documentation of a table, and below which field
  for (const Field& field : fields) {
    text += paragraph(field, width, margin);
    std::vector<const Field*> tables;
    if (field.kind == Kind::object)
      tables.push_back(&field);
    else
      nested(field, tables);
    for (const Field* table : tables) {
      const auto [known, fresh] =
          told.emplace(document(table->fields, table->rules, indent + 4), field.name);
      if (fresh)
        text += known->first;
      else if (known->second != field.name)
        text += fmt::format("{:{}}(the keys of {})\n", "", margin + 4, known->second);
    }
  }
  for (const KeyRule& rule : rules) text += fmt::format("{:{}}({})\n", "", margin, rule_text(rule));
  return text;
}

}  // namespace ingress_check
