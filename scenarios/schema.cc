// Fields as JSON Schema (draft-07), for editors. What a schema cannot say (ranges of quantities
// with units, unknown variables, patterns that do not compile) stays with the reader.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "scenarios/load.h"

namespace ingress_check {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view number = "[0-9]+(\\.[0-9]+)?";

Json text_like(const std::string& pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

Json reference(std::string_view name) { return {{"$ref", fmt::format("#/definitions/{}", name)}}; }

/// The kinds that need more than a type, by the names that reference() uses.
Json definitions() {
  Json all;
  all["variable"] = text_like("(^|[^$])\\$\\{");
  all["text"] = {{"type", {"string", "number", "boolean"}}};
  all["duration"] = text_like(fmt::format("^{}(ns|us|ms|s|m|h)$", number));
  all["rate"] = text_like(fmt::format("^{}/[smh]$", number));
  all["size"] = text_like(fmt::format("^{}(B|KiB|MiB|GiB|kB|MB|GB)$", number));
  all["share"] = text_like(fmt::format("^{}%$", number));
  Json status;
  status["anyOf"] = {{{"type", "integer"}, {"minimum", 100}, {"maximum", 599}},
                     text_like("^[1-5]([0-9][0-9]|xx)$"),
                     reference("variable")};
  all["status"] = std::move(status);
  Json match = text_like("^([^~]|~ |$)");
  match["type"] = {"string", "number", "boolean"};
  all["match"] = std::move(match);
  all["pattern"] = all["text"];
  all["url"] = text_like("^[Hh][Tt][Tt][Pp][Ss]?://[^ ]+$");
  all["path"] = text_like("^/[^ \\t\\r\\n]*$");
  return all;
}

/// A word as YAML may resolve it: `2` and `1.1` are numbers, `true` a boolean.
void add_word(Json& words, const std::string& word) {
  words.push_back(word);
  const Json value = Json::parse(word, nullptr, false);
  if (value.is_number() || value.is_boolean()) words.push_back(value);
}

Json limits(const Field& field, Json schema, const char* least, const char* most) {
  const bool whole = field.kind != Kind::number;
  const auto bound = [&](double value) {
    return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
  };
  if (std::isfinite(field.least)) schema[least] = bound(field.least);
  if (std::isfinite(field.most)) schema[most] = bound(field.most);
  return schema;
}

class SchemaWriter {
 public:
  /// `by_target`: a single value may also be a map by target name.
  explicit SchemaWriter(bool by_target) : by_target_(by_target) {}

  Json object(const std::vector<Field>& fields, const std::vector<KeyRule>& rules) const {
    Json schema{{"type", "object"}, {"properties", Json::object()}};
    Json required = Json::array();
    for (const Field& field : fields) {
      schema["properties"][field.name] = property(field);
      if (field.required) required.push_back(field.name);
    }
    if (!required.empty()) schema["required"] = required;
    schema["additionalProperties"] = false;
    add_rules(schema, rules);
    return schema;
  }

 private:
  Json property(const Field& field) const {
    Json schema = value(field);
    if (by_target_ && may_differ_by_target(field)) {
      Json one = schema;
      schema = {{"anyOf",
                 {one, {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", one}}}}};
    }
    std::string about = field.about;
    const auto say = [&](const std::string& more) { about += (about.empty() ? "" : ". ") + more; };
    say(describe(field));
    if (!field.fallback.empty()) say("Default: " + field.fallback);
    if (!field.example.empty()) say(fmt::format("As in {}: {}", field.name, field.example));
    schema["description"] = about;

    return schema;
  }

  Json value(const Field& field) const {
    switch (field.kind) {
      case Kind::text:
        return {{"anyOf", Json::array({reference("text")})}};
      case Kind::word: {
        Json words = Json::array();
        for (const auto& word : field.words) add_word(words, word);
        return or_variable({{"enum", words}});
      }
      case Kind::boolean:
        return or_variable({{"type", "boolean"}});
      case Kind::integer:
        return or_variable(limits(field, {{"type", "integer"}}, "minimum", "maximum"));
      case Kind::number:
        return or_variable(limits(field, {{"type", "number"}}, "minimum", "maximum"));
      case Kind::duration:
        return or_variable(reference("duration"));
      case Kind::rate:
        return or_variable(reference("rate"));
      case Kind::size:
        return or_variable(reference("size"));
      case Kind::share:
        return or_variable(reference("share"));
      case Kind::statuses: {
        const Json list{{"type", "array"}, {"items", reference("status")}, {"minItems", 1}};
        return {{"anyOf", {reference("status"), list}}};
      }
      case Kind::match:
        return or_variable(reference("match"));
      case Kind::pattern:
        return {{"anyOf", Json::array({reference("pattern")})}};
      case Kind::url:
        return or_variable(reference("url"));
      case Kind::path:
        return or_variable(reference("path"));
      case Kind::object:
        return object(field.fields, field.rules);
      case Kind::list:
        return list(field);
      case Kind::map:
        return map(field);
      case Kind::either:
        break;
    }
    Json any = Json::array();
    for (const Field& one : field.fields) any.push_back(value(one));
    return {{"anyOf", any}};
  }

  static Json or_variable(Json schema) { return {{"anyOf", {schema, reference("variable")}}}; }

  Json list(const Field& field) const {
    const Json item = inner(field.fields.front());
    const Json schema = limits(field, {{"type", "array"}, {"items", item}}, "minItems", "maxItems");
    if (!field.or_one) return schema;
    return {{"anyOf", {schema, item}}};
  }

  Json map(const Field& field) const {
    Json schema{{"type", "object"}};
    schema["additionalProperties"] =
        field.fields.empty() ? Json(true) : inner(field.fields.front());
    if (!field.words.empty()) schema["propertyNames"] = {{"enum", field.words}};
    add_rules(schema, field.rules);
    return limits(field, std::move(schema), "minProperties", "maxProperties");
  }

  /// The value of an item or of a free key, which may be a map by target as well.
  Json inner(const Field& field) const {
    Json schema = value(field);
    if (!by_target_ || !may_differ_by_target(field)) return schema;
    return {
        {"anyOf",
         {schema, {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", schema}}}}};
  }

  static Json needs(const std::vector<std::string>& keys) {
    return {{"type", "object"}, {"required", keys}};
  }

  static void add_rules(Json& schema, const std::vector<KeyRule>& rules) {
    Json all = Json::array();
    for (const KeyRule& rule : rules) {
      using Need = KeyRule::Kind;
      if (rule.kind == Need::all_or_none) {
        for (const auto& key : rule.keys) schema["dependencies"][key] = rule.keys;
        continue;
      }
      if (rule.kind != Need::at_most_one) {
        Json any = Json::array();
        for (const auto& key : rule.keys) any.push_back(needs({key}));
        all.push_back({{"anyOf", any}});
      }
      if (rule.kind == Need::at_least_one) continue;
      for (std::size_t i = 0; i < rule.keys.size(); ++i)
        for (std::size_t j = i + 1; j < rule.keys.size(); ++j)
          all.push_back({{"not", needs({rule.keys[i], rule.keys[j]})}});
    }
    if (!all.empty()) schema["allOf"] = all;
  }

  bool by_target_;
};

/// Whether nothing at all may be written under the check's name.
bool may_be_empty(const CheckWords& words) {
  for (const Field& field : words.fields)
    if (field.required) return false;
  for (const KeyRule& rule : words.rules)
    if (rule.kind == KeyRule::Kind::exactly_one || rule.kind == KeyRule::Kind::at_least_one)
      return false;
  return true;
}

Json check_list(std::span<const CheckWords* const> checks,
                const std::vector<std::string>& controllers) {
  Json item{{"type", "object"}, {"properties", Json::object()}};
  const Json common = SchemaWriter(false).object(common_check_fields(controllers), {});
  for (const CheckWords* words : checks) {
    Json schema = SchemaWriter(true).object(words->fields, words->rules);
    schema["properties"].update(common["properties"]);
    if (may_be_empty(*words)) schema["type"] = {"object", "null"};
    schema["description"] = words->about;
    item["properties"][words->name] = std::move(schema);
  }
  item["additionalProperties"] = false;
  item["minProperties"] = 1;
  item["maxProperties"] = 1;
  return {{"type", "array"}, {"minItems", 1}, {"items", item}};
}

}  // namespace

std::string schema(std::span<const CheckWords* const> checks,
                   const std::vector<std::string>& controllers,
                   const std::vector<std::string>& presets) {
  const auto fields = scenario_fields(controllers, presets);
  Json root{{"$schema", "http://json-schema.org/draft-07/schema#"},
            {"title", "A scenario of ingress-check"}};
  root.update(SchemaWriter(false).object(fields, scenario_rules()));
  Json& list = root["properties"]["checks"];
  const Json about = list["description"];
  list = check_list(checks, controllers);
  list["description"] = about;
  root["properties"]["scenario"]["pattern"] = "^[a-z0-9._-]+$";
  root["definitions"] = definitions();
  return root.dump(2) + "\n";
}

}  // namespace ingress_check
