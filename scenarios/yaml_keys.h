// The keys of a map, and what may be wrong with one.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "scenarios/yaml.h"

namespace ingress_check {

/// The keys of one map so far.
class YamlKeys {
 public:
  /// A scalar key that is missing, merges, or stands in the map already; else it is remembered.
  std::optional<Error> mistake(const Node& map, const Node& key);

 private:
  std::unordered_map<std::string, int> lines_;
};

/// `name:value` is one scalar to YAML, with nothing behind it.
std::optional<Error> without_space(const Node& key, const Node& value);

}  // namespace ingress_check
