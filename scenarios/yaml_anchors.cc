#include "scenarios/yaml_anchors.h"

#include <algorithm>

namespace ingress_check {

YamlWeight weigh(const Node& node) {
  YamlWeight weight{1, node.text.size(), 0};
  const auto add = [&](const Node& child) {
    const YamlWeight more = weigh(child);
    weight.nodes += more.nodes;
    weight.bytes += more.bytes;
    weight.height = std::max(weight.height, more.height);
  };
  for (const Node& item : node.items) add(item);
  for (const auto& [key, value] : node.pairs) add(key), add(value);
  if (node.kind == Node::Kind::list || node.kind == Node::Kind::map) ++weight.height;
  return weight;
}

void YamlAnchors::open(const std::string& name) {
  if (!name.empty()) open_.insert(name);
}

void YamlAnchors::keep(const std::string& name, const Node& node, const YamlWeight& weight) {
  kept_[name] = {node, weight};
}

const YamlAnchors::Anchored* YamlAnchors::find(const std::string& name) const {
  const auto found = kept_.find(name);
  return found == kept_.end() ? nullptr : &found->second;
}

}  // namespace ingress_check
