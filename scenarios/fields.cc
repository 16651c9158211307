#include "scenarios/fields.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "scenarios/scalars.h"

namespace ingress_check {

const Value* Object::find(std::string_view name) const {
  for (const auto& [key, value] : members)
    if (key == name) return &value;
  return nullptr;
}

const Value& Object::at(std::string_view name) const {
  if (const Value* value = find(name)) return *value;
  fmt::print(stderr, "bug: \"{}\" was asked for but is neither required nor has a default\n", name);
  std::abort();
}

std::string Object::text(std::string_view name, std::string_view otherwise) const {
  const Value* value = find(name);
  return value ? value->as<std::string>() : std::string(otherwise);
}

std::int64_t Object::integer(std::string_view name, std::int64_t otherwise) const {
  const Value* value = find(name);
  return value ? value->as<std::int64_t>() : otherwise;
}

Duration Object::duration(std::string_view name, Duration otherwise) const {
  const Value* value = find(name);
  return value ? value->as<Duration>() : otherwise;
}

bool Object::boolean(std::string_view name, bool otherwise) const {
  const Value* value = find(name);
  return value ? value->as<bool>() : otherwise;
}

Shapes shapes(const Field& field) {
  switch (field.kind) {
    case Kind::object:
    case Kind::map:
      return {.map = true};
    case Kind::statuses:
      return {.scalar = true, .list = true};
    case Kind::list: {
      Shapes found;
      if (field.or_one) found = shapes(field.fields.front());
      found.list = true;
      return found;
    }
    case Kind::either: {
      Shapes found;
      for (const Field& one : field.fields) {
        const Shapes also = shapes(one);
        found.scalar |= also.scalar;
        found.list |= also.list;
        found.map |= also.map;
      }
      return found;
    }
    default:
      return {.scalar = true};
  }
}

bool may_differ_by_target(const Field& field) {
  const bool holds_maps = field.kind == Kind::list && shapes(field.fields.front()).map;
  return !shapes(field).map && !holds_maps;
}

namespace {

std::string names_of(const std::vector<Field>& fields) {
  std::string names;
  for (const Field& field : fields) names += (names.empty() ? "" : ", ") + field.name;
  return names;
}

std::string describe_list(const Field& field) {
  const std::string items = field.fields.empty() ? "values" : describe(field.fields.front());
  std::string text = field.or_one ? fmt::format("{}, or a list of such", items)
                                  : fmt::format("a list, each item {}", items);
  const bool at_least_one = field.least == 1 && field.most > 1e9;
  if (range_text(field).empty() || at_least_one) return text;
  return fmt::format("{} ({} item{})", text, range_text(field), field.most == 1 ? "" : "s");
}

std::string describe_map(const Field& field) {
  const std::string keys =
      field.words.empty() ? "" : fmt::format(" with keys out of {}", one_of(field.words));
  if (field.fields.empty()) return "a map" + keys;
  return fmt::format("a map{}, each value {}", keys, describe(field.fields.front()));
}

std::string describe_shape(const Field& field) {
  switch (field.kind) {
    case Kind::text:
      return "text";
    case Kind::word:
      return field.words.size() == 1 ? field.words.front() : "one of " + one_of(field.words);
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
      return "a whole number";
    case Kind::number:
      return "a number";
    case Kind::duration:
      return "a duration (250ms, 10s, 5m)";
    case Kind::rate:
      return "a rate (3/s, 30/m, 100/h)";
    case Kind::size:
      return "a size (10B, 4KiB, 1MiB)";
    case Kind::share:
      return "a share (99%, 0.5%)";
    case Kind::statuses:
      return "a status or a list of them (200, 2xx, [200, 204])";
    case Kind::match:
      return "text, or a pattern after a tilde (\"~ ^v[0-9]+$\")";
    case Kind::pattern:
      return "a pattern (RE2)";
    case Kind::url:
      return "a URL (http://HOST/PATH)";
    case Kind::path:
      return "a path that begins with /";
    case Kind::object:
      return fmt::format("a map of {}", names_of(field.fields));
    case Kind::map:
      return describe_map(field);
    case Kind::list:
      return describe_list(field);
    case Kind::either:
      break;
  }
  std::string text;
  for (const Field& one : field.fields) text += (text.empty() ? "" : "; or ") + describe(one);
  return text;
}

}  // namespace

std::string describe(const Field& field) {
  std::string text = describe_shape(field);
  const bool counts = field.kind == Kind::list;
  const std::string limits = counts ? std::string() : range_text(field);
  if (limits.empty()) return text;
  return text + (limits.starts_with("at ") ? ", " : " ") + limits;
}

}  // namespace ingress_check
