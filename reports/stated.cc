#include "reports/stated.h"

#include <algorithm>

#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

/// The targets' names and the values that were seen there.
struct Said {
  std::string left, before, right, now;
};

bool by_target(const Node& map, const Said& said) {
  const Node *left = map.find(said.left), *right = map.find(said.right);
  return left && right && left->kind == Node::Kind::scalar && right->kind == Node::Kind::scalar &&
         left->text == said.before && right->text == said.now;
}

/// One of the parts of "cookie.name".
bool part_of(const std::string& word, const std::string& key) {
  return !word.empty() && ("." + key + ".").find("." + word + ".") != std::string::npos;
}

bool anywhere(const Node& node, const std::string& key, const Said& said) {
  const auto below = [&](const Node& one) { return anywhere(one, key, said); };
  return std::ranges::any_of(node.items, below) ||
         std::ranges::any_of(node.pairs, [&](const Node::Pair& one) {
           return (part_of(one.key.text, key) && by_target(one.value, said)) || below(one.value);
         });
}

}  // namespace

bool stated(const Trialled& baseline, const Trialled& other, const std::string& key,
            const std::string& before, const std::string& now) {
  const auto item = read_yaml(item_text(*baseline.scenario, *baseline.check), "");
  return item && anywhere(*item, key, {baseline.check->target, before, other.check->target, now});
}

}  // namespace ingress_check
