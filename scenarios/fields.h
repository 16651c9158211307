// One table of fields drives reader, messages, documentation and JSON Schema. A check, a target, a
// profile: each declares what may be written as Fields, and decode() turns what was written into
// Values.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/error.h"
#include "scenarios/units.h"
#include "scenarios/url.h"

namespace ingress_check {

enum class Kind {
  text,      ///< std::string
  word,      ///< std::string, one of Field::words
  boolean,   ///< bool: true or false
  integer,   ///< std::int64_t within [least, most]
  number,    ///< double within [least, most]
  duration,  ///< Duration; least and most in seconds
  rate,      ///< Rate; least and most per second
  size,      ///< Size; least and most in bytes
  share,     ///< Share; least and most of one
  statuses,  ///< Statuses: 200, 2xx or a list of them
  match,     ///< TextMatch: literal text, or "~ regex"
  pattern,   ///< std::string: an RE2 regex, (?<name>...) already rewritten to (?P<name>...)
  url,       ///< Url
  path,      ///< std::string that begins with '/'; path and query, no blanks
  object,    ///< Object with Field::fields
  list,      ///< List of Field::fields[0]; with `or_one`, a single value stands for a list of one;
             ///< least and most in items
  map,       ///< Object with free keys (one of Field::words if there are any), each value as
             ///< Field::fields[0]; least and most in keys
  either,    ///< one of Field::fields, told apart by the shape of what was written (scalar, list,
           ///< map): at most one each. Both an object and a map: one known key makes it the object
};

/// A literal that must be equal, or a pattern that must be found (RE2, unanchored).
struct TextMatch {
  bool is_pattern = false;
  std::string text;
  friend bool operator==(const TextMatch&, const TextMatch&) = default;
};

/// Keys of one object that depend on each other.
struct KeyRule {
  enum class Kind { at_most_one, exactly_one, at_least_one, all_or_none };
  Kind kind;
  std::vector<std::string> keys;
};

struct Field {
  std::string name = {};
  Kind kind = Kind::text;
  std::string about = {};     ///< one line of meaning, no full stop
  std::string fallback = {};  ///< the default as a user would write it; empty: none
  bool required = false;
  std::vector<std::string> words = {};
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  std::vector<Field> fields = {};
  std::vector<KeyRule> rules = {};
  bool or_one = false;
  std::string example = {};  ///< as a user would write it; for documentation
};

struct Value;
using List = std::vector<Value>;

/// What an object holds, in the order of the file, defaults last.
struct Object {
  struct Member;
  std::vector<Member> members;

  const Value* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value of a field that is required or has a default. Asking for another is a bug in the
  /// check: aborts with its name.
  const Value& at(std::string_view name) const;

  // Shorthands for find(): the value, or the default given here.
  std::string text(std::string_view name, std::string_view otherwise = {}) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  Duration duration(std::string_view name, Duration otherwise) const;
  bool boolean(std::string_view name, bool otherwise) const;
};

/// A decoded value with the place where it was written; a default has an unknown place.
struct Value {
  Place place;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Duration, Rate, Size, Share,
               Statuses, TextMatch, Url, List, Object>
      data;

  template <class T>
  const T& as() const {
    return std::get<T>(data);
  }
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(data);
  }
};

struct Object::Member {
  std::string name;
  Value value;
};

/// The parameters of one check for one target, decoded.
using Params = Object;

/// What may be written under one check's name: the one table for reader, messages, explain,
/// documents and schema.
struct CheckWords {
  std::string name;   ///< the key that the user types, as in rate-limit
  std::string about;  ///< one sentence
  std::vector<Field> fields = {};
  std::vector<KeyRule> rules = {};
  /// Mistakes that no table can say. May be null.
  void (*review)(const Params&, Errors&) = nullptr;
};

struct Node;

/// What decode() needs besides the table: how `${NAME}` expands, and the names of the targets.
struct DecodeContext {
  /// The value of a variable; an Error without place if it is missing.
  Result<std::string> (*expand)(std::string_view text, void* state) = nullptr;
  void* state = nullptr;
  std::vector<std::string> targets = {};  ///< a scalar field may be a map by these names
  std::string target = {};                ///< the one that this decoding is for
  /// Keys of the outermost map that the caller decodes: known, subject to rules, not looked into.
  std::vector<std::string> leave = {};
  /// Keys that are known but belong elsewhere, each with the hint that says where.
  std::vector<std::pair<std::string, std::string>> elsewhere = {};
};

/// Decodes a map node. Every mistake is added to `errors` with its place; what could be decoded is
/// returned all the same.
Object decode(const Node& node, const std::vector<Field>& fields, const std::vector<KeyRule>& rules,
              const DecodeContext& context, Errors& errors);

/// Decodes one value of that field, as within a map. Nothing if it is wrong; the mistake is then in
/// `errors`.
std::optional<Value> decode_value(const Node& node, const Field& field,
                                  const DecodeContext& context, Errors& errors);

/// Which shapes of YAML a field takes.
struct Shapes {
  bool scalar = false, list = false, map = false;
};
Shapes shapes(const Field& field);
/// Whether the value may be a map by target name: single values, and lists of them.
bool may_differ_by_target(const Field& field);

/// Documentation for people, a paragraph of at most 100 columns for each field, nested fields
/// indented: name, meaning, kind, range, default.
std::string document(const std::vector<Field>& fields, const std::vector<KeyRule>& rules,
                     int indent = 2);

/// What a value of this field looks like: "a duration (250ms, 10s, 5m)", "one of a, b or c", "a
/// whole number from 1 to 10".
std::string describe(const Field& field);

}  // namespace ingress_check
