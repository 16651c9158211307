// Text to a tree of nodes with places. The only room that knows YAML: libyaml gives events, this
// composes them; yaml_syntax.h has the words for what libyaml refuses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/error.h"

namespace ingress_check {

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;  ///< of the whole value if it ends on its line; an alias has its own place, what is
                ///< inside it the places of the anchor
  bool quoted = false;      ///< a scalar in quotes or a block: never a number or a boolean
  std::string text;         ///< scalar
  std::vector<Node> items;  ///< list
  struct Pair;
  std::vector<Pair> pairs;  ///< map: scalar keys, in order, each once

  const Node* find(std::string_view key) const;
};

struct Node::Pair {
  Node key, value;
};

/// Limits on what a file may ask of us; libyaml has none of its own.
struct YamlLimits {
  std::size_t bytes = 1 << 20;  ///< of the file; aliases may expand to four times as much text
  int depth = 64;               ///< after aliases are expanded
  std::size_t nodes = 100'000;  ///< keys and values, counted after aliases are expanded
};

/// One UTF-8 document; a byte order mark and CR LF are accepted. All mistakes of composition that
/// can be told apart are reported at once, in file order; a syntax mistake or a limit ends the
/// reading, since nothing after it can be trusted. Mistakes: not UTF-8, control characters, too
/// large, too deep, too many nodes, duplicate keys (names the first), keys that are not scalars,
/// unknown and recursive aliases, tags, merge keys, a second document, an empty document. Memory
/// stays below 64 times limits.bytes.
tl::expected<Node, Errors> read_yaml(std::string_view text, const std::string& file,
                                     const YamlLimits& limits = {});

}  // namespace ingress_check
