#include "scenarios/yaml_keys.h"

#include <fmt/format.h>

namespace ingress_check {

std::optional<Error> YamlKeys::mistake(const Node& map, const Node& key) {
  if (key.kind == Node::Kind::null && key.text.empty())
    return Error{"a colon without a key", "write key: value", key.place};
  if (key.text == "<<" && !key.quoted)
    return Error{"merge keys (<<) are not part of the language",
                 "write the keys out; a whole value may be repeated with &name and *name",
                 key.place};
  const auto [first, fresh] = lines_.try_emplace(key.text, key.place.line);
  if (fresh) return std::nullopt;
  const Node* other = map.find(key.text);
  const std::string where = other && other->place.line == key.place.line
                                ? "earlier on this line"
                                : fmt::format("on line {}", first->second);
  return Error{fmt::format("duplicate key \"{}\"", key.text),
               fmt::format("the first is {}; keep one of them", where), key.place};
}

std::optional<Error> without_space(const Node& key, const Node& value) {
  const std::size_t colon = key.text.find(':');
  if (key.quoted || value.kind != Node::Kind::null || colon == std::string::npos)
    return std::nullopt;
  return Error{fmt::format("no space after the colon of \"{}\"", key.text),
               fmt::format("write {}: {}", key.text.substr(0, colon), key.text.substr(colon + 1)),
               key.place};
}

}  // namespace ingress_check
