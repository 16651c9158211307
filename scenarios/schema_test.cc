// The one table of fields says the same thing three times: to the reader, to editors (schema) and
// to people (documentation). These tests fail when one of them drifts.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/load.h"
#include "scenarios/targets.h"
#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

using Json = nlohmann::json;

/// YAML's core schema: what an editor makes of a scalar.
Json to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::list: {
      Json list = Json::array();
      for (const Node& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case Node::Kind::map: {
      Json map = Json::object();
      for (const auto& [key, value] : node.pairs) map[key.text] = to_json(value);
      return map;
    }
    case Node::Kind::scalar:
      break;
  }
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  static const RE2 whole("[-+]?[0-9]+"),
      real("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  if (RE2::FullMatch(node.text, whole)) return std::stoll(node.text);
  if (RE2::FullMatch(node.text, real)) return std::stod(node.text);
  return node.text;
}

/// The part of draft-07 that our schema uses; a keyword that it does not know fails the test.
class Evaluator {
 public:
  explicit Evaluator(const Json& root) : root_(root) {}

  bool valid(const Json& value) { return accepts(root_, value); }

 private:
  bool accepts(const Json& schema, const Json& value) {
    if (schema.is_boolean()) return schema.get<bool>();
    for (const auto& [keyword, want] : schema.items())
      if (!holds(schema, keyword, want, value)) return false;
    return true;
  }

  static bool is_type(const std::string& type, const Json& value) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return value.type_name() == type;
  }

  bool holds(const Json& schema, const std::string& keyword, const Json& want, const Json& value) {
    if (keyword == "$ref") {
      const std::string name = want.get<std::string>().substr(14);
      return accepts(root_.at("definitions").at(name), value);
    }
    if (keyword == "type") {
      if (want.is_string()) return is_type(want, value);
      return std::any_of(want.begin(), want.end(),
                         [&](const Json& one) { return is_type(one, value); });
    }
    if (keyword == "enum") return std::find(want.begin(), want.end(), value) != want.end();
    if (keyword == "anyOf" || keyword == "allOf") {
      const auto fits = [&](const Json& one) { return accepts(one, value); };
      return keyword == "anyOf" ? std::any_of(want.begin(), want.end(), fits)
                                : std::all_of(want.begin(), want.end(), fits);
    }
    if (keyword == "not") return !accepts(want, value);
    if (keyword == "pattern")
      return !value.is_string() ||
             RE2::PartialMatch(value.get<std::string>(), want.get<std::string>());
    if (keyword == "minimum") return !value.is_number() || value >= want;
    if (keyword == "maximum") return !value.is_number() || value <= want;
    if (keyword == "items" || keyword == "minItems" || keyword == "maxItems")
      return !value.is_array() || holds_array(keyword, want, value);
    static const std::set<std::string> notes{"$schema", "title", "description", "definitions"};
    if (notes.contains(keyword)) return true;
    return !value.is_object() || holds_object(schema, keyword, want, value);
  }

  bool holds_array(const std::string& keyword, const Json& want, const Json& value) {
    if (keyword == "minItems") return value.size() >= want.get<std::size_t>();
    if (keyword == "maxItems") return value.size() <= want.get<std::size_t>();
    return std::all_of(value.begin(), value.end(),
                       [&](const Json& one) { return accepts(want, one); });
  }

  bool holds_object(const Json& schema, const std::string& keyword, const Json& want,
                    const Json& value) {
    if (keyword == "minProperties") return value.size() >= want.get<std::size_t>();
    if (keyword == "maxProperties") return value.size() <= want.get<std::size_t>();
    if (keyword == "required")
      return std::all_of(want.begin(), want.end(),
                         [&](const Json& key) { return value.contains(key.get<std::string>()); });
    for (const auto& [key, one] : value.items()) {
      if (keyword == "properties" && want.contains(key) && !accepts(want[key], one)) return false;
      if (keyword == "propertyNames" && !accepts(want, key)) return false;
      const bool other = !schema.contains("properties") || !schema["properties"].contains(key);
      if (keyword == "additionalProperties" && other && !accepts(want, one)) return false;
      if (keyword == "dependencies" && want.contains(key))
        for (const Json& needed : want[key])
          if (!value.contains(needed.get<std::string>())) return false;
    }
    static const std::set<std::string> known{"properties", "propertyNames", "additionalProperties",
                                             "dependencies"};
    EXPECT_TRUE(known.contains(keyword)) << "the schema uses a keyword unknown here: " << keyword;
    return true;
  }

  const Json& root_;
};

/// One field of every kind and every way to combine them.
const CheckWords& everything() {
  static const CheckWords words{
      .name = "everything",
      .about = "One of each",
      .fields = {{.name = "text", .about = "some text"},
                 {.name = "word", .kind = Kind::word, .words = {"a", "b", "308", "none"}},
                 {.name = "boolean", .kind = Kind::boolean, .fallback = "false"},
                 {.name = "integer", .kind = Kind::integer, .least = 1, .most = 10},
                 {.name = "number", .kind = Kind::number, .least = 0.5},
                 {.name = "duration", .kind = Kind::duration, .fallback = "10s"},
                 {.name = "rate", .kind = Kind::rate},
                 {.name = "size", .kind = Kind::size},
                 {.name = "share", .kind = Kind::share},
                 {.name = "statuses", .kind = Kind::statuses},
                 {.name = "match", .kind = Kind::match},
                 {.name = "pattern", .kind = Kind::pattern},
                 {.name = "url", .kind = Kind::url},
                 {.name = "path", .kind = Kind::path},
                 {.name = "object",
                  .kind = Kind::object,
                  .fields = {{.name = "inner-required", .kind = Kind::integer, .required = true},
                             {.name = "inner-free"}}},
                 {.name = "list",
                  .kind = Kind::list,
                  .least = 1,
                  .most = 2,
                  .fields = {{.kind = Kind::duration}}},
                 {.name = "one-or-more",
                  .kind = Kind::list,
                  .fields = {{.kind = Kind::object, .fields = {{.name = "inner-item"}}}},
                  .or_one = true},
                 {.name = "map", .kind = Kind::map, .fields = {{.kind = Kind::match}}},
                 {.name = "known-keys",
                  .kind = Kind::map,
                  .words = {"x", "y"},
                  .fields = {{.kind = Kind::integer}}},
                 {.name = "either",
                  .kind = Kind::either,
                  .fields = {{.kind = Kind::word, .words = {"first", "second"}},
                             {.kind = Kind::object, .fields = {{.name = "inner-way"}}}}},
                 {.name = "left"},
                 {.name = "right"},
                 {.name = "this"},
                 {.name = "that"}},
      .rules = {{KeyRule::Kind::at_most_one, {"left", "right"}},
                {KeyRule::Kind::all_or_none, {"this", "that"}}}};
  return words;
}

const CheckWords& strict() {
  static const CheckWords words{
      .name = "strict",
      .about = "Needs something",
      .fields = {{.name = "needed", .required = true}, {.name = "one"}, {.name = "two"}},
      .rules = {{KeyRule::Kind::exactly_one, {"one", "two"}},
                {KeyRule::Kind::at_least_one, {"one", "two"}}}};
  return words;
}

const std::vector<std::string> controllers{"ingress-nginx@1.x", "aws-alb"};
const std::vector<std::string> presets{"echo", "whoami"};

class OneTable : public testing::Test {
 protected:
  bool reader_accepts(const std::string& text) const {
    LoadOptions options;
    options.controllers = controllers;
    options.presets = presets;
    options.environment = [](const std::string&) { return "1"; };
    return load(text, "test.yaml", checks_, options).has_value();
  }
  bool schema_accepts(const std::string& text) const {
    const auto node = read_yaml(text, "test.yaml");
    EXPECT_TRUE(node) << "not YAML: " << text;
    return node && Evaluator(schema_).valid(to_json(*node));
  }
  void both(bool accept, const std::string& text) const {
    EXPECT_EQ(reader_accepts(text), accept) << "reader: " << text;
    EXPECT_EQ(schema_accepts(text), accept) << "schema: " << text;
  }

  const CheckWords* const checks_[2] = {&everything(), &strict()};
  const Json schema_ = Json::parse(schema(checks_, controllers, presets));
};

std::string with(std::string_view params) {
  return fmt::format("scenario: s\ntarget: {{url: http://a.dev}}\nchecks:\n  - everything: {}\n",
                     params);
}

TEST_F(OneTable, ReaderAndSchemaAgreeOnValues) {
  const std::vector<
      std::pair<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>>>
      cases{
          {"text", {{"x", "5", "true", "''", "1.5"}, {"[x]", ""}}},
          {"word", {{"a", "308", "'308'", "none"}, {"c", "309", "true", "[a]"}}},
          {"boolean", {{"true", "false"}, {"yes", "'true'", "1"}}},
          {"integer", {{"1", "10"}, {"0", "11", "'5'", "1.5", "x", "[1]"}}},
          {"number", {{"0.5", "7", "1e3"}, {"0.4", "-1", "'1'", "x"}}},
          {"duration",
           {{"250ms", "1.5s", "10m", "1h", "5ns", "0s"}, {"10", "10 s", "-1s", "1d", "s"}}},
          {"rate", {{"3/s", "30/m", "0.5/h"}, {"3", "3/d", "3 /s", "/s"}}},
          {"size", {{"10B", "4KiB", "1GB"}, {"10", "4K", "4kib"}}},
          {"share", {{"99%", "0.5%"}, {"0.5", "99", "x%"}}},
          {"statuses",
           {{"200", "2xx", "[200, 4xx]", "'404'"}, {"99", "600", "6xx", "2XX", "[]", "[200, x]"}}},
          {"match", {{"x", "5", "'~ ^x'", "''"}, {"'~x'", "[x]"}}},
          {"pattern", {{"^x", "5", "'(?<a>x)'"}, {"[[x]]"}}},
          {"url", {{"http://a.dev", "HTTPS://a.dev:8443/x?y"}, {"a.dev", "ftp://a.dev", "/x"}}},
          {"path", {{"/", "/a?b=c%20"}, {"a", "'/a b'", "http://a/b"}}},
          {"object", {{"{inner-required: 1}"}, {"{}", "{inner-required: x}", "{other: 1}", "x"}}},
          {"list", {{"[1s]", "[1s, 2s]"}, {"[]", "[1s, 2s, 3s]", "1s", "[1]"}}},
          {"one-or-more", {{"{inner-item: x}", "[{inner-item: x}, {}]"}, {"[x]", "{other: x}"}}},
          {"map", {{"{a: b, c: '~ d'}", "{}"}, {"{a: '~d'}", "[a]"}}},
          {"known-keys", {{"{x: 1, y: 2}"}, {"{z: 1}", "{x: a}"}}},
          {"either", {{"first", "{inner-way: x}"}, {"third", "{other: x}", "[first]"}}},
      };
  std::set<std::string> tried;
  for (const auto& [name, values] : cases) {
    for (const auto& good : values.first) both(true, with("{" + name + ": " + good + "}"));
    for (const auto& bad : values.second) both(false, with("{" + name + ": " + bad + "}"));
    tried.insert(name);
  }
  for (const Field& field : everything().fields)
    EXPECT_TRUE(field.kind == Kind::text || tried.contains(field.name)) << field.name;
}

TEST_F(OneTable, ReaderAndSchemaAgreeOnKeys) {
  both(true, with("{}"));
  both(true, with(""));
  both(false, with("{unknown: 1}"));
  both(false, with("[]"));
  both(true, with("{left: x}"));
  both(false, with("{left: x, right: x}"));
  both(false, with("{this: x}"));
  both(true, with("{this: x, that: x}"));
  const std::string top = "scenario: s\ntarget: {url: http://a.dev}\nchecks:\n";
  both(true, top + "  - strict: {needed: x, one: x}\n");
  both(false, top + "  - strict: {needed: x}\n");
  both(false, top + "  - strict: {needed: x, one: x, two: x}\n");
  both(false, top + "  - strict: {one: x}\n");
  both(false, top + "  - strict:\n");
  both(false, top + "  - other: {}\n");
  both(false, top + "  - everything: {}\n    strict: {needed: x, one: x}\n");
  both(false, top + "  - {}\n");
  both(false, top + "  everything: {}\n");
  both(false, "scenario: s\ntarget: {url: http://a.dev}\nchecks: []\n");
  both(false, "scenario: s\ntarget: {url: http://a.dev}\n");
  both(false, "target: {url: http://a.dev}\nchecks: [everything: {}]\n");
}

TEST_F(OneTable, ReaderAndSchemaAgreeOnWhatEveryCheckTakes) {
  both(true, with("{name: x, only: aws-alb, expect-fail: why}"));
  both(true, with("{only: [aws-alb, ingress-nginx], expect-fail: {ingress-nginx: why}}"));
  both(false, with("{only: traefik}"));
  both(false, with("{only: []}"));
  both(false, with("{expect-fail: {traefik: why}}"));
  both(true, with("{matrix: {http: [1.1, 2], path: [/a, /b]}}"));
  both(false, with("{matrix: {http: 2}}"));
  both(false, with("{matrix: {}}"));
}

TEST_F(OneTable, ReaderAndSchemaAgreeOnTheTopOfTheFile) {
  const std::string end = "checks: [everything: {}]\nscenario: s\n";
  const std::string rest = end + "target: {url: http://a.dev}\n";
  for (const char* good :
       {"$schema: x", "about: x", "controller: auto", "controller: ingress-nginx",
        "controller: {like: aws-alb, limit.status: 429}", "answered-by: echo",
        "answered-by: {header: X}", "answered-by: {app1: echo, any: {json: /pod}}",
        "answered-by: {body: '(?<pod>x)'}", "ready: cloud", "ready: {within: 3s, status: [200]}",
        "limits: [{hosts: a, limit: 3/s}]", "lab: nginx"})
    both(true, rest + good);
  for (const char* bad :
       {"unknown: x", "controller: traefik", "controller: {limit.status: 429}", "answered-by: x",
        "answered-by: {}", "answered-by: {app1: x}", "ready: soon", "ready: {within: 3}",
        "ready: {consecutive: 0}", "limits: [{hosts: a}]", "limits: {hosts: a, limit: 3/s}"})
    both(false, rest + bad);
  both(false, "scenario: My\n" + rest.substr(0, rest.find("scenario")) + "target: {url: http://a}");
  both(true, end + "targets: {a: {url: http://a.dev}, b: {url: http://b.dev, http: 2}}");
  both(false, end + "targets: {}");
  both(false, rest + "targets: {a: {url: http://a.dev}}");
  for (const char* bad : {"http: 3", "insecure: yes", "certificate: x", "timeout: 10", "utl: x",
                          "headers: [a]", "source-addresses: []"})
    both(false, end + fmt::format("target: {{url: http://a.dev, {}}}", bad));
}

TEST_F(OneTable, EveryValueMayBeAVariable) {
  for (const Field& field : everything().fields)
    if (shapes(field).scalar && field.kind != Kind::list && field.name != "this" &&
        field.name != "that") {
      EXPECT_TRUE(schema_accepts(with("{" + field.name + ": \"${X}\"}"))) << field.name;
    }
}

TEST_F(OneTable, ValuesMayBeMapsByTarget) {
  both(true,
       "scenario: s\ntargets: {old: {url: http://a}, new: {url: http://b}}\nchecks:\n"
       "  - everything: {text: {old: a, new: b}, integer: {old: 1, new: 2}}\n");
  both(false,
       "scenario: s\ntargets: {old: {url: http://a}, new: {url: http://b}}\nchecks:\n"
       "  - everything: {integer: {old: 1, new: x}}\n");
}

void names_of(const std::vector<Field>& fields, std::set<std::string>& names) {
  for (const Field& field : fields) {
    if (!field.name.empty()) names.insert(field.name);
    names_of(field.fields, names);
  }
}

void properties_of(const Json& schema, std::set<std::string>& names) {
  if (schema.is_object())
    for (const auto& [key, value] : schema.items()) {
      if (key == "properties")
        for (const auto& [name, property] : value.items()) {
          names.insert(name);
          EXPECT_TRUE(property.contains("description")) << name;
        }
      properties_of(value, names);
    }
  if (schema.is_array())
    for (const Json& one : schema) properties_of(one, names);
}

TEST_F(OneTable, EveryFieldIsInTheSchemaAndInTheDocumentation) {
  std::set<std::string> declared{"everything", "strict"};
  const auto top = scenario_fields(controllers, presets);
  for (const auto& fields :
       {top, common_check_fields(controllers), everything().fields, strict().fields}) {
    std::set<std::string> names;
    names_of(fields, names);
    declared.insert(names.begin(), names.end());
    const std::string text = document(fields, {});
    for (const auto& name : names)
      EXPECT_TRUE(RE2::PartialMatch(text, "(?m)^ +" + RE2::QuoteMeta(name) + " +\\S")) << name;
  }
  std::set<std::string> in_schema;
  properties_of(schema_, in_schema);
  EXPECT_EQ(in_schema, declared);
}

TEST_F(OneTable, DocumentationIsForPeople) {
  EXPECT_EQ(
      document(
          {{.name = "path", .kind = Kind::path, .about = "what is asked", .required = true},
           {.name = "wait",
            .kind = Kind::duration,
            .about = "how long",
            .fallback = "10s",
            .least = 1,
            .most = 60},
           {.name = "routes",
            .kind = Kind::list,
            .fields = {{.kind = Kind::object,
                        .fields = {{.name = "status", .kind = Kind::statuses}, {.name = "from"}},
                        .rules = {{KeyRule::Kind::at_least_one, {"status", "from"}}}}}}},
          {{KeyRule::Kind::at_most_one, {"path", "routes"}}}),
      "  path    what is asked: a path that begins with /; required\n"
      "  wait    how long: a duration (250ms, 10s, 5m) from 1s to 1m; default 10s\n"
      "  routes  a list, each item a map\n"
      "      status  a status or a list of them (200, 2xx, [200, 204])\n"
      "      from    text\n"
      "      (at least one of status or from)\n"
      "  (at most one of path or routes)\n");
}

TEST_F(OneTable, DocumentationIsWrappedAndSaysNothingTwice) {
  const Field inner{.name = "a",
                    .kind = Kind::object,
                    .about =
                        "a meaning of so many words that the line has to be broken, at a blank, "
                        "before the hundredth column",
                    .fields = {{.name = "x"}}};
  Field again = inner;
  again.name = "b";
  again.about.clear();
  EXPECT_EQ(document({inner, again}, {}),
            "  a  a meaning of so many words that the line has to be broken, at a blank, before "
            "the hundredth\n"
            "       column: a map\n"
            "      x  text\n"
            "  b  a map\n"
            "      (the keys of a)\n");
}

}  // namespace
}  // namespace ingress_check
