// Nodes to Values, along a table of fields.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "scenarios/alternatives.h"
#include "scenarios/fields.h"
#include "scenarios/keys.h"
#include "scenarios/scalars.h"
#include "scenarios/variables.h"
#include "scenarios/words.h"
#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

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

void forget_places(Node& node) {
  node.place = {};
  for (Node& item : node.items) forget_places(item);
  for (auto& [key, value] : node.pairs) {
    forget_places(key);
    forget_places(value);
  }
}

[[noreturn]] void bad_fallback(const Field& field, std::string_view why) {
  fmt::print(stderr, "bug: the default \"{}\" of \"{}\" cannot be decoded: {}\n", field.fallback,
             field.name, why);
  std::abort();
}

class Decoder {
 public:
  Decoder(const DecodeContext& context, Errors& errors) : context_(context), errors_(errors) {}

  Object object(const Node& node, const std::vector<Field>& fields,
                const std::vector<KeyRule>& rules) {
    Object result;
    std::vector<std::string> meant;  // by misspelt keys: these are not missing as well
    above_.push_back(&fields);
    for (const auto& [key, value] : node.pairs) {
      const Field* field = find_field(fields, key.text);
      if (!field) {
        errors_.push_back(unknown_key(key, above_, context_));
        meant.push_back(nearest(key.text, names_of(fields)));
      } else if (!left(key.text)) {
        if (auto decoded = this->value(value, *field, field->name))
          result.members.push_back({field->name, std::move(*decoded)});
      }
    }
    require(node, fields, meant);
    for (const KeyRule& rule : rules) obey(node, rule, meant, errors_);
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
    if (node.kind == Node::Kind::map && may_differ_by_target(field) && !context_.targets.empty())
      return by_target(node, field, label);
    if (!fits_shape(node, field)) return wrong_shape(node, field, label);
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
        result.members.push_back({key.text, std::move(*decoded)});
    }
    for (const KeyRule& rule : field.rules) obey(node, rule, {}, errors_);
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
    mistake(node,
            fmt::format("{} must have {} {}{}, not {}", label, range_text(field), what,
                        last == 1 ? "" : "s", number),
            number > 0       ? ""
            : field.required ? "add one"
                             : fmt::format("add one, or leave {} out", label));
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
      if (node.text.find("${secret:") != std::string::npos)  // its value must not show
        mistake(node, fmt::format("{} must be {}, and its value is not", label, describe(field)));
      else
        mistake(node, std::move(decoded.error().what), std::move(decoded.error().hint));
      return std::nullopt;
    }
    decoded->place = node.place;
    return std::move(*decoded);
  }

  void require(const Node& node, const std::vector<Field>& fields,
               const std::vector<std::string>& meant) {
    for (const Field& field : fields)
      if (field.required && !node.find(field.name) &&
          std::find(meant.begin(), meant.end(), field.name) == meant.end())
        mistake(node, fmt::format("{} is missing", field.name),
                fmt::format("add {}: {}", field.name,
                            field.example.empty() ? describe(field) : field.example));
  }

  void add_defaults(const Node& node, const std::vector<Field>& fields,
                    const std::vector<KeyRule>& rules, Object& result) {
    for (const Field& field : fields) {
      if (field.fallback.empty() || node.find(field.name) || excluded(node, field.name, rules))
        continue;
      auto read = read_yaml(field.fallback, "default");
      if (!read) bad_fallback(field, read.error().front().what);
      forget_places(*read);
      Errors errors;
      auto decoded = Decoder({}, errors).value(*read, field, field.name);
      if (!decoded || !errors.empty())
        bad_fallback(field, errors.empty() ? "" : errors.front().what);
      result.members.push_back({field.name, std::move(*decoded)});
    }
  }

  const DecodeContext& context_;
  Errors& errors_;
  std::vector<const std::vector<Field>*> above_;
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
