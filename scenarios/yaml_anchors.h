// What anchors (&name) keep for aliases (*name), and what a tree weighs.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "scenarios/yaml.h"

namespace ingress_check {

/// What a tree costs: nodes, bytes of text, and levels of lists and maps.
struct YamlWeight {
  std::size_t nodes = 0, bytes = 0;
  int height = 0;
};
YamlWeight weigh(const Node& node);

/// The anchored values of one document. An empty name is no anchor.
class YamlAnchors {
 public:
  struct Anchored {
    Node node;
    YamlWeight weight;
  };

  /// The anchor's value begins: until keep() an alias of it would contain itself.
  void open(const std::string& name);
  bool is_open(const std::string& name) const { return open_.contains(name); }
  /// The value is whole. A later anchor of the same name takes its place.
  void keep(const std::string& name, const Node& node, const YamlWeight& weight);
  void close(const std::string& name) { open_.erase(name); }
  /// Null if there is none of that name.
  const Anchored* find(const std::string& name) const;

 private:
  std::unordered_map<std::string, Anchored> kept_;
  std::unordered_set<std::string> open_;
};

}  // namespace ingress_check
