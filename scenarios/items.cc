#include "scenarios/items.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "scenarios/matrix.h"
#include "scenarios/scalars.h"
#include "scenarios/words.h"

namespace ingress_check {
namespace {

using Checks = std::span<const CheckWords* const>;

const CheckWords* find_words(Checks checks, const std::string& name) {
  for (const CheckWords* one : checks)
    if (one->name == name) return one;
  return nullptr;
}

bool has_field(const std::vector<Field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const Field& field) { return field.name == name; });
}

class ItemReader {
 public:
  ItemReader(Checks checks, const TargetNames& targets, const LoadOptions& options,
             const DecodeContext& context, Errors& errors)
      : checks_(checks),
        targets_(targets),
        common_(common_check_fields(options.controllers)),
        context_(context),
        errors_(errors) {
    for (const CheckWords* one : checks) check_names_.push_back(one->name);
    for (const Field& field : common_) common_names_.push_back(field.name);
  }

  std::optional<CheckItem> read(const Node& node) {
    if (node.kind != Node::Kind::map || node.pairs.empty()) return not_an_item(node);
    const Node::Pair* named = nullptr;
    for (const auto& pair : node.pairs)
      if (!named && find_words(checks_, pair.key.text)) named = &pair;
    if (!named) {
      const Node& key = node.pairs.front().key;
      mistake(key, fmt::format("unknown check {}", shown(key.text)),
              words_hint(key.text, check_names_));
      return std::nullopt;
    }
    const CheckWords& words = *find_words(checks_, named->key.text);
    std::vector<Field> fields = words.fields;
    fields.insert(fields.end(), common_.begin(), common_.end());
    auto params = params_node(*named);
    if (!params) return std::nullopt;
    outdented(node, *named, fields, *params);

    CheckItem item;
    item.place = named->key.place;
    item.check = words.name;
    read_common(*params, item);
    const auto cells = read_matrix(*params, words.fields, errors_);
    if (!affordable(named->key, *params, cells.size() * targets_.names.size())) return item;
    Reported reported;
    for (const Cell& cell : cells)
      for (std::size_t i = 0; i < targets_.names.size(); ++i)
        item.trials.push_back(trial(words, fields, with_cell(*params, cell), cell, i, reported));
    return item;
  }

 private:
  /// Mistakes of one item that were told already: the next trial meets most of them again.
  using Reported = std::set<std::tuple<int, int, std::string>>;

  /// Whether decoding so many trials stays within the file's budget; told once if not.
  bool affordable(const Node& key, const Node& params, std::size_t trials) {
    constexpr std::size_t whole_budget = 300'000;
    const std::size_t cost = trials * (count(params) + 8);
    if (spent_ + cost <= whole_budget) {
      spent_ += cost;
      return true;
    }
    if (!std::exchange(told_of_budget_, true))
      mistake(key, "too many checks, targets and combinations in one file",
              "every check is read for each target and each combination of its matrix: write "
              "several files");
    return false;
  }

  static std::size_t count(const Node& node) {
    std::size_t nodes = 1;
    for (const Node& item : node.items) nodes += count(item);
    for (const auto& pair : node.pairs) nodes += 1 + count(pair.value);
    return nodes;
  }

  void mistake(const Node& node, std::string what, std::string hint = {}) {
    errors_.push_back({std::move(what), std::move(hint), node.place});
  }

  std::nullopt_t not_an_item(const Node& node) {
    if (node.kind == Node::Kind::scalar && find_words(checks_, node.text))
      mistake(node, fmt::format("{} needs a colon and its parameters", node.text),
              fmt::format("write {}: {{}}", node.text));
    else
      mistake(node, "each item of checks is a map with one key, the check's name",
              words_hint("", check_names_));
    return std::nullopt;
  }

  /// What is written under the check's name, as a map; nothing written is an empty one.
  std::optional<Node> params_node(const Node::Pair& named) {
    Node params = named.value;
    if (params.kind == Node::Kind::null) {
      params.kind = Node::Kind::map;
      params.place = named.key.place;
    }
    if (params.kind == Node::Kind::map) return params;
    mistake(params, fmt::format("{} takes a map of parameters", named.key.text),
            fmt::format("explain it with: ingress-check explain {}", named.key.text));
    return std::nullopt;
  }

  /// Keys beside the check's name: parameters that lack their indentation are read as such.
  void outdented(const Node& node, const Node::Pair& named, const std::vector<Field>& fields,
                 Node& params) {
    for (const auto& pair : node.pairs) {
      const std::string& key = pair.key.text;
      if (&pair == &named) continue;
      if (has_field(fields, key)) {
        mistake(pair.key, fmt::format("{} stands beside {}, not under it", key, named.key.text),
                "indent it further than the check's name");
        if (!params.find(key)) params.pairs.push_back(pair);
      } else if (find_words(checks_, key)) {
        mistake(pair.key, fmt::format("{} and {} in one item", named.key.text, key),
                fmt::format("begin an item of its own: - {}:", key));
      } else {
        mistake(pair.key, fmt::format("unknown key {}", shown(key)),
                "an item has one key, the check's name");
      }
    }
  }

  void read_common(const Node& params, CheckItem& item) {
    Node own = params;
    std::erase_if(own.pairs, [&](const auto& pair) { return !has_field(common_, pair.key.text); });
    DecodeContext context = context_;
    context.targets.clear();
    const Object words = decode(own, common_, {}, context, errors_);
    if (const Value* name = words.find("name")) {
      item.name = name->as<std::string>();
      named_.push_back({item.name, name->place});
    }
    if (const Value* why = words.find("expect-fail")) {
      if (why->is<std::string>()) {
        item.expect_fail = why->as<std::string>();
      } else {
        for (const auto& [controller, text] : why->as<Object>().members)
          item.expect_fail_on.emplace_back(controller, text.as<std::string>());
      }
    }
    if (const Value* only = words.find("only"))
      for (const Value& one : only->as<List>()) item.only.push_back(one.as<std::string>());
  }

  Trial trial(const CheckWords& words, const std::vector<Field>& fields, const Node& params,
              const Cell& cell, std::size_t target, Reported& reported) {
    DecodeContext context = context_;
    context.target = targets_.names[target];
    context.leave = common_names_;
    Trial trial;
    trial.target = target;
    Errors found;
    for (const auto& [key, value] : cell) {
      trial.cell.emplace_back(key.text, value.text);
      if (key.text == "http") trial.http = http(value, context, found);
    }
    trial.params = decode(params, fields, words.rules, context, found);
    if (found.empty() && words.review) words.review(trial.params, found);
    for (Error& error : found)
      if (reported.emplace(error.place.line, error.place.column, error.what).second)
        errors_.push_back(std::move(error));
    return trial;
  }

  static std::optional<HttpVersion> http(const Node& node, const DecodeContext& context,
                                         Errors& errors) {
    static const Field field{
        .name = "http", .kind = Kind::word, .words = {"auto", "1.1", "2", "h2c"}};
    const auto word = decode_value(node, field, context, errors);
    return word ? parse_http_version(word->as<std::string>()) : std::nullopt;
  }

 public:
  /// Gives a name to the items that have none, and finds names that are used twice.
  void name_all(std::vector<CheckItem>& items) {
    std::set<std::string> taken;
    for (const auto& [name, place] : named_) {
      if (name.empty()) errors_.push_back({"the name is empty", "write a name", place});
      if (!taken.insert(name).second && !name.empty())
        errors_.push_back({fmt::format("the name {} is used twice", shown(name)),
                           "every check of a file has a name of its own", place});
    }
    std::map<std::string, int> uses, numbers;
    for (const CheckItem& item : items) ++uses[item.check];
    for (CheckItem& item : items) {
      if (!item.name.empty()) continue;
      std::string name = item.check;
      while (uses[item.check] > 1 || taken.contains(name)) {
        name = fmt::format("{}-{}", item.check, ++numbers[item.check]);
        if (!taken.contains(name)) break;
      }
      taken.insert(name);
      item.name = std::move(name);
    }
  }

 private:
  Checks checks_;
  const TargetNames& targets_;
  std::vector<Field> common_;
  const DecodeContext& context_;
  Errors& errors_;
  std::vector<std::string> check_names_, common_names_;
  std::vector<std::pair<std::string, Place>> named_;
  std::size_t spent_ = 0;
  bool told_of_budget_ = false;
};

}  // namespace

std::vector<CheckItem> read_items(const Node& list, std::span<const CheckWords* const> checks,
                                  const TargetNames& targets, const LoadOptions& options,
                                  const DecodeContext& context, Errors& errors) {
  std::vector<CheckItem> items;
  if (list.kind != Node::Kind::list || list.items.empty()) {
    errors.push_back({"checks must be a list with at least one check",
                      "begin each with a hyphen: - routing: {...}", list.place});
    return items;
  }
  ItemReader reader(checks, targets, options, context, errors);
  for (const Node& node : list.items)
    if (auto item = reader.read(node)) items.push_back(std::move(*item));
  reader.name_all(items);
  return items;
}

}  // namespace ingress_check
