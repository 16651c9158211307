#include "scenarios/alternatives.h"

#include <algorithm>

#include "scenarios/keys.h"

namespace ingress_check {

bool fits_shape(const Node& node, const Field& field) {
  const Shapes takes = shapes(field);
  switch (node.kind) {
    case Node::Kind::null:
      return false;
    case Node::Kind::scalar:
      return takes.scalar;
    case Node::Kind::list:
      return takes.list;
    case Node::Kind::map:
      return takes.map;
  }
  return false;
}

namespace {

bool lists_word(const Field& field, const std::string& word) {
  if (std::find(field.words.begin(), field.words.end(), word) != field.words.end()) return true;
  return std::any_of(field.fields.begin(), field.fields.end(),
                     [&](const Field& inner) { return lists_word(inner, word); });
}

/// A known key makes a map the object; so does a nearly known one whose value fits nothing else.
bool means_object(const Node& node, const Field& object, const Field& free) {
  const std::vector<std::string> names = names_of(object.fields);
  return std::any_of(node.pairs.begin(), node.pairs.end(), [&](const auto& pair) {
    const auto& [key, value] = pair;
    if (find_field(object.fields, key.text)) return true;
    return value.kind == Node::Kind::scalar && !nearest(key.text, names).empty() &&
           !lists_word(free, value.text);
  });
}

}  // namespace

const Field& alternative(const Node& node, const Field& field) {
  const Field* found = nullptr;
  for (const Field& one : field.fields) {
    if (!fits_shape(node, one)) continue;
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

}  // namespace ingress_check
