// Text to a tree of nodes with places. The only file that knows YAML (libyaml gives events; this
// composes them).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/error.h"

namespace ingress_check {

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  bool quoted = false;      ///< a scalar in quotes or a block: never a number or a boolean
  std::string text;         ///< scalar
  std::vector<Node> items;  ///< list
  std::vector<std::pair<Node, Node>> pairs;  ///< map: scalar keys, in order

  const Node* find(std::string_view key) const;
};

/// Limits on what a file may ask of us; libyaml has none of its own.
struct YamlLimits {
  std::size_t bytes = 1 << 20;
  int depth = 64;
  std::size_t nodes = 100'000;  ///< counted after aliases are expanded
};

/// One UTF-8 document. All mistakes of composition that can be told apart are reported at once, in
/// file order; a syntax mistake ends the reading, since nothing after it can be trusted. Mistakes:
/// not UTF-8, control characters, too large, too deep, too many nodes, duplicate keys (names the
/// first), keys that are not scalars, unknown and recursive aliases, tags, merge keys, a second
/// document, an empty document. Memory stays within a small multiple of limits.bytes.
tl::expected<Node, Errors> read_yaml(std::string_view text, const std::string& file,
                                     const YamlLimits& limits = {});

}  // namespace ingress_check
