// Nodes to Values, along a table of fields.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "scenarios/fields.h"
#include "scenarios/scalars.h"
#include "scenarios/variables.h"
#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

using Table = std::vector<Field>;

std::string_view shape_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "nothing";
}

const Field* find_field(const Table& table, std::string_view name) {
  for (const Field& field : table)
    if (field.name == name) return &field;
  return nullptr;
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Field& field : table) names.push_back(field.name);
  return names;
}

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

void forget_places(Node& node) {
  node.place = {};
  for (Node& item : node.items) forget_places(item);
  for (auto& [key, value] : node.pairs) {
    forget_places(key);
    forget_places(value);
  }
}

void replace_all(std::string& in, const std::string& what, const std::string& with) {
  if (what.empty()) return;
  for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
    in.replace(at, what.size(), with);
}

[[noreturn]] void bad_fallback(const Field& field, std::string_view why) {
  fmt::print(stderr, "bug: the default \"{}\" of \"{}\" cannot be decoded: {}\n", field.fallback,
             field.name, why);
  std::abort();
}

class Decoder {
 public:
  Decoder(const DecodeContext& context, Errors& errors) : context_(context), errors_(errors) {}

  Object object(const Node& node, const Table& fields, const std::vector<KeyRule>& rules) {
    Object result;
    above_.push_back(&fields);
    for (const auto& [key, value] : node.pairs) {
      const Field* field = find_field(fields, key.text);
      if (!field) {
        unknown_key(key, fields);
      } else if (!left(key.text)) {
        if (auto decoded = this->value(value, *field, field->name))
          result.members.emplace_back(field->name, std::move(*decoded));
      }
    }
    require(node, fields);
    for (const KeyRule& rule : rules) obey(node, rule);
    add_defaults(node, fields, rules, result);
    above_.pop_back();
    return result;
  }

  std::optional<Value> value(const Node& node, const Field& field, const std::string& label) {
    if (node.kind == Node::Kind::null) {
      mistake(node, fmt::format("{} has no value", label),
              fmt::format("write {}, or leave the key out", describe(field)));
      return std::nullopt;
    }
    const Shapes fits = shapes(field);
    if (node.kind == Node::Kind::map && !fits.map && !context_.targets.empty())
      return by_target(node, field, label);
    const bool ok = node.kind == Node::Kind::scalar ? fits.scalar
                    : node.kind == Node::Kind::list ? fits.list
                                                    : fits.map;
    if (!ok) return wrong_shape(node, field, label);
    switch (field.kind) {
      case Kind::object:
        return Value{node.place, object(node, field.fields, field.rules)};
      case Kind::map:
        return map(node, field, label);
      case Kind::list:
        return list(node, field, label);
      case Kind::either:
        return value(node, alternative(node, field), label);
      default:
        break;
    }
    if (node.kind == Node::Kind::list) return statuses(node, field, label);
    return scalar(node, field, label);
  }

 private:
  bool left(const std::string& key) const {
    return above_.size() == 1 &&
           std::find(context_.leave.begin(), context_.leave.end(), key) != context_.leave.end();
  }

  void mistake(const Node& node, std::string what, std::string hint = {}) {
    errors_.push_back({std::move(what), std::move(hint), node.place});
  }

  std::nullopt_t wrong_shape(const Node& node, const Field& field, const std::string& label) {
    std::string hint;
    if (node.kind == Node::Kind::map && shapes(field).scalar && context_.targets.empty())
      hint = "a value for each target needs `targets:` with their names";
    else if (node.kind == Node::Kind::scalar && field.kind == Kind::list)
      hint = fmt::format("write [{}]", node.text);
    mistake(node, fmt::format("{} must be {}, not {}", label, describe(field), shape_name(node)),
            std::move(hint));
    return std::nullopt;
  }

  std::optional<Value> by_target(const Node& node, const Field& field, const std::string& label) {
    const Node* mine = nullptr;
    for (const auto& [key, value] : node.pairs) {
      if (std::find(context_.targets.begin(), context_.targets.end(), key.text) ==
          context_.targets.end())
        mistake(key,
                fmt::format("{} is {}, and no target is named {}", label, describe(field),
                            shown(key.text)),
                words_hint(key.text, context_.targets));
      else if (key.text == context_.target)
        mine = &value;
    }
    if (!mine) {
      mistake(node, fmt::format("{} has no value for the target {}", label, context_.target),
              fmt::format("add {}: {}", context_.target, describe(field)));
      return std::nullopt;
    }
    if (mine->kind == Node::Kind::map) return wrong_shape(*mine, field, label);
    return value(*mine, field, label);
  }

  Value map(const Node& node, const Field& field, const std::string& label) {
    Object result;
    for (const auto& [key, value] : node.pairs) {
      if (!field.words.empty() &&
          std::find(field.words.begin(), field.words.end(), key.text) == field.words.end()) {
        mistake(key, fmt::format("unknown key {}", shown(key.text)),
                words_hint(key.text, field.words));
        continue;
      }
      if (auto decoded = this->value(value, field.fields.front(), key.text))
        result.members.emplace_back(key.text, std::move(*decoded));
    }
    for (const KeyRule& rule : field.rules) obey(node, rule);
    count(node, field, label, node.pairs.size(), "key");
    return {node.place, std::move(result)};
  }

  Value list(const Node& node, const Field& field, const std::string& label) {
    List result;
    const Field& item = field.fields.front();
    const std::string& item_label = item.name.empty() ? label : item.name;
    if (node.kind != Node::Kind::list) {
      if (auto one = value(node, item, item_label)) result.push_back(std::move(*one));
    }
    for (const Node& one : node.items)
      if (auto decoded = value(one, item, item_label)) result.push_back(std::move(*decoded));
    if (node.kind == Node::Kind::list) count(node, field, label, node.items.size(), "item");
    return {node.place, std::move(result)};
  }

  void count(const Node& node, const Field& field, const std::string& label, std::size_t number,
             std::string_view what) {
    const auto have = static_cast<double>(number);
    if (have >= field.least && have <= field.most) return;
    const double last = std::isfinite(field.most) ? field.most : field.least;
    mistake(node, fmt::format("{} must have {} {}{}, not {}", label, range_text(field), what,
                              last == 1 ? "" : "s", number));
  }

  std::optional<Value> statuses(const Node& node, const Field& field, const std::string& label) {
    Statuses all;
    const std::size_t before = errors_.size();
    for (const Node& item : node.items) {
      if (item.kind != Node::Kind::scalar) {
        wrong_shape(item, field, label);
      } else if (auto one = scalar(item, field, label)) {
        const auto& ranges = one->as<Statuses>().ranges;
        all.ranges.insert(all.ranges.end(), ranges.begin(), ranges.end());
      }
    }
    if (node.items.empty()) mistake(node, fmt::format("{} is an empty list", label), "write 200");
    if (errors_.size() != before) return std::nullopt;
    return Value{node.place, std::move(all)};
  }

  std::optional<Value> scalar(const Node& node, const Field& field, const std::string& label) {
    std::string text = node.text;
    bool quoted = node.quoted;
    if (context_.expand && text.find("${") != std::string::npos) {
      auto expanded = context_.expand(text, context_.state);
      if (!expanded) {
        mistake(node, expanded.error().what, expanded.error().hint);
        return std::nullopt;
      }
      quoted = quoted && !has_variable(text);
      text = std::move(*expanded);
    }
    auto decoded = decode_scalar(field, label, text, quoted);
    if (!decoded) {
      Error error = std::move(decoded.error());
      if (node.text.find("${secret:") != std::string::npos) {
        replace_all(error.what, text, node.text);
        replace_all(error.hint, text, node.text);
      }
      mistake(node, std::move(error.what), std::move(error.hint));
      return std::nullopt;
    }
    decoded->place = node.place;
    return std::move(*decoded);
  }

  /// The alternative of an `either` that has the node's shape; there is one.
  static const Field& alternative(const Node& node, const Field& field) {
    const Field* found = nullptr;
    for (const Field& one : field.fields) {
      const Shapes fits = shapes(one);
      const bool ok = node.kind == Node::Kind::scalar ? fits.scalar
                      : node.kind == Node::Kind::list ? fits.list
                                                      : fits.map;
      if (!ok) continue;
      if (!found) {
        found = &one;
        continue;
      }
      const Field& object = found->kind == Kind::object ? *found : one;
      const Field& free = found->kind == Kind::object ? one : *found;
      return means_object(node, object, free) ? object : free;
    }
    return *found;
  }

  /// A known key makes a map the object; so does a nearly known one whose value fits nothing else.
  static bool means_object(const Node& node, const Field& object, const Field& free) {
    const std::vector<std::string> names = names_of(object.fields);
    return std::any_of(node.pairs.begin(), node.pairs.end(), [&](const auto& pair) {
      const auto& [key, value] = pair;
      if (find_field(object.fields, key.text)) return true;
      return value.kind == Node::Kind::scalar && !nearest(key.text, names).empty() &&
             !lists_word(free, value.text);
    });
  }

  static bool lists_word(const Field& field, const std::string& word) {
    if (std::find(field.words.begin(), field.words.end(), word) != field.words.end()) return true;
    return std::any_of(field.fields.begin(), field.fields.end(),
                       [&](const Field& inner) { return lists_word(inner, word); });
  }

  void unknown_key(const Node& key, const Table& fields) {
    const std::string what = fmt::format("unknown key {}", shown(key.text));
    if (above_.size() == 1)
      for (const auto& [name, hint] : context_.elsewhere)
        if (name == key.text) return mistake(key, what, hint);
    for (const Field& field : fields)
      if (const std::string path = below(field, key.text); !path.empty())
        return mistake(key, what, fmt::format("{} belongs under {}", key.text, path));
    const std::vector<std::string> names = names_of(fields);
    if (nearest(key.text, names).empty())
      for (std::size_t i = 0; i + 1 < above_.size(); ++i)
        if (find_field(*above_[i], key.text))
          return mistake(key, what,
                         fmt::format("{} belongs further out: indent it less", key.text));
    mistake(key, what, words_hint(key.text, names));
  }

  void require(const Node& node, const Table& fields) {
    for (const Field& field : fields)
      if (field.required && !node.find(field.name))
        mistake(node, fmt::format("{} is missing", field.name),
                fmt::format("add {}: {}", field.name,
                            field.example.empty() ? describe(field) : field.example));
  }

  void obey(const Node& node, const KeyRule& rule) {
    std::vector<const Node*> written;
    std::string absent;
    for (const auto& [key, value] : node.pairs)
      if (std::find(rule.keys.begin(), rule.keys.end(), key.text) != rule.keys.end())
        written.push_back(&key);
    for (const std::string& key : rule.keys)
      if (absent.empty() && !node.find(key)) absent = key;
    using Need = KeyRule::Kind;
    const bool needs_one = rule.kind == Need::exactly_one || rule.kind == Need::at_least_one;
    if (needs_one && written.empty())
      mistake(node, rule.keys.size() == 1 ? fmt::format("{} is missing", rule.keys.front())
                                          : fmt::format("one of {} is missing", one_of(rule.keys)));
    if (rule.kind == Need::all_or_none) {
      if (!written.empty() && !absent.empty())
        mistake(*written.front(), fmt::format("{} needs {} too", written.front()->text, absent),
                fmt::format("add {}, or leave {} out", absent, written.front()->text));
    } else if (rule.kind != Need::at_least_one && written.size() > 1) {
      mistake(*written[1],
              fmt::format("{} and {} exclude each other", written[0]->text, written[1]->text),
              "keep one of them");
    }
  }

  /// Whether a default would break a rule, since a key that excludes it was written.
  static bool excluded(const Node& node, const Field& field, const std::vector<KeyRule>& rules) {
    for (const KeyRule& rule : rules) {
      const bool excludes =
          rule.kind == KeyRule::Kind::at_most_one || rule.kind == KeyRule::Kind::exactly_one;
      if (!excludes || std::find(rule.keys.begin(), rule.keys.end(), field.name) == rule.keys.end())
        continue;
      for (const std::string& key : rule.keys)
        if (node.find(key)) return true;
    }
    return false;
  }

  void add_defaults(const Node& node, const Table& fields, const std::vector<KeyRule>& rules,
                    Object& result) {
    for (const Field& field : fields) {
      if (field.fallback.empty() || node.find(field.name) || excluded(node, field, rules)) continue;
      auto read = read_yaml(field.fallback, "default");
      if (!read) bad_fallback(field, read.error().front().what);
      forget_places(*read);
      Errors errors;
      auto decoded = Decoder({}, errors).value(*read, field, field.name);
      if (!decoded || !errors.empty())
        bad_fallback(field, errors.empty() ? "" : errors.front().what);
      result.members.emplace_back(field.name, std::move(*decoded));
    }
  }

  const DecodeContext& context_;
  Errors& errors_;
  std::vector<const Table*> above_;
};

}  // namespace

Object decode(const Node& node, const std::vector<Field>& fields, const std::vector<KeyRule>& rules,
              const DecodeContext& context, Errors& errors) {
  return Decoder(context, errors).object(node, fields, rules);
}

std::optional<Value> decode_value(const Node& node, const Field& field,
                                  const DecodeContext& context, Errors& errors) {
  return Decoder(context, errors).value(node, field, field.name);
}

}  // namespace ingress_check
