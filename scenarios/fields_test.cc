#include "scenarios/fields.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

/// What decoding `text` says: mistakes as "line:column what (hint)", one a line.
std::string mistakes(const std::vector<Field>& fields, std::string_view text,
                     const std::vector<KeyRule>& rules = {}, const DecodeContext& context = {}) {
  const auto node = read_yaml(text, "test.yaml");
  if (!node) return "yaml: " + node.error().front().what;
  Errors errors;
  decode(*node, fields, rules, context, errors);
  std::string out;
  for (const Error& error : errors)
    out += fmt::format("{}:{} {}{}\n", error.place.line, error.place.column, error.what,
                       error.hint.empty() ? "" : " (" + error.hint + ")");
  return out;
}

Object decoded(const std::vector<Field>& fields, std::string_view text,
               const DecodeContext& context = {}) {
  const auto node = read_yaml(text, "test.yaml");
  Errors errors;
  Object object = decode(node.value(), fields, {}, context, errors);
  EXPECT_TRUE(errors.empty()) << text << ": " << errors.front().what;
  return object;
}

std::vector<Field> one(Field field) {
  field.name = "a";
  return {std::move(field)};
}

TEST(Fields, ReadEveryKind) {
  const std::vector<Field> fields{
      {.name = "text"},
      {.name = "word", .kind = Kind::word, .words = {"1.1", "2"}},
      {.name = "boolean", .kind = Kind::boolean},
      {.name = "integer", .kind = Kind::integer},
      {.name = "number", .kind = Kind::number},
      {.name = "duration", .kind = Kind::duration},
      {.name = "rate", .kind = Kind::rate},
      {.name = "size", .kind = Kind::size},
      {.name = "share", .kind = Kind::share},
      {.name = "statuses", .kind = Kind::statuses},
      {.name = "literal", .kind = Kind::match},
      {.name = "match", .kind = Kind::match},
      {.name = "pattern", .kind = Kind::pattern},
      {.name = "url", .kind = Kind::url},
      {.name = "path", .kind = Kind::path},
  };
  const Object object = decoded(fields, R"(text: 010
word: 2
boolean: true
integer: -12
number: 1.5e3
duration: 250ms
rate: 30/m
size: 4KiB
share: 99%
statuses: [200, 3xx]
literal: text/plain
match: "~ ^text/"
pattern: (?<pod>x)
url: HTTP://Frieza.dev/app1?x=1
path: /app1/%20?x
)");
  EXPECT_EQ(object.text("text"), "010");
  EXPECT_EQ(object.text("word"), "2");
  EXPECT_TRUE(object.boolean("boolean", false));
  EXPECT_EQ(object.integer("integer", 0), -12);
  EXPECT_DOUBLE_EQ(object.at("number").as<double>(), 1500);
  EXPECT_EQ(object.duration("duration", {}), std::chrono::milliseconds(250));
  EXPECT_DOUBLE_EQ(object.at("rate").as<Rate>().per_second, 0.5);
  EXPECT_EQ(object.at("size").as<Size>().bytes, 4096u);
  EXPECT_DOUBLE_EQ(object.at("share").as<Share>().of_one, 0.99);
  EXPECT_TRUE(object.at("statuses").as<Statuses>().contains(308));
  EXPECT_FALSE(object.at("statuses").as<Statuses>().contains(201));
  EXPECT_EQ(object.at("literal").as<TextMatch>(), (TextMatch{false, "text/plain"}));
  EXPECT_EQ(object.at("match").as<TextMatch>(), (TextMatch{true, "^text/"}));
  EXPECT_EQ(object.text("pattern"), "(?P<pod>x)");
  EXPECT_EQ(object.at("url").as<Url>().host, "frieza.dev");
  EXPECT_EQ(object.text("path"), "/app1/%20?x");
  EXPECT_EQ(object.at("path").place.line, 15);
  EXPECT_EQ(object.at("path").place.column, 7);
}

TEST(Fields, SayWhatEachKindWants) {
  EXPECT_EQ(mistakes(one({.kind = Kind::boolean}), "a: yes"),
            "1:4 a must be true or false, not \"yes\" (write true or false)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::boolean}), "a: 'true'"),
            "1:4 a must be true or false, not \"true\" (in quotes it is text: write it without "
            "them)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::integer}), "a: 010"),
            "1:4 a must be a whole number, not \"010\" (write it without leading zeros)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::integer}), "a: 0x10"),
            "1:4 a must be a whole number, not \"0x10\" (write it in decimal digits)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::integer}), "a: '5'"),
            "1:4 a must be a whole number, not \"5\" (in quotes it is text: write it without "
            "them)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::integer}), "a: 1.5"),
            "1:4 a must be a whole number, not \"1.5\"\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::integer}), "a: 99999999999999999999"),
            "1:4 a must be a whole number, not \"99999999999999999999\" (that number is too "
            "large)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::number}), "a: .inf"),
            "1:4 a must be a number, not \".inf\"\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::duration}), "a: 10"),
            "1:4 \"10\" has no unit (write 10ns, 10us, 10ms, 10s, 10m or 10h)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::path}), "a: app1"),
            "1:4 a must be a path that begins with /, not \"app1\" (write /app1)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::path}), "a: http://x/app1"),
            "1:4 a must be a path that begins with /, not \"http://x/app1\" (a whole URL goes "
            "under url)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::path}), "a: /a b"),
            "1:4 a must be a path that begins with /, not \"/a b\" (a path goes out as it is "
            "written: a blank is %20, other characters %XX)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::match}), "a: \"~^x\""),
            "1:4 a begins with ~ but has no blank after it (a pattern is written \"~ ^x\")\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::pattern}), "a: (x"),
            "1:4 the pattern cannot be read: missing ): (x (patterns are RE2: \\ makes a special "
            "character . * + ? ( ) [ ] { } | ^ $ stand for itself)\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::statuses}), "a: [200, 700]"),
            "1:10 700 is not a status from 100 to 599 (write a code such as 200, a class such as "
            "2xx, or a list such as [200, 204])\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::statuses}), "a: []"),
            "1:4 a is an empty list (write 200)\n");
}

TEST(Fields, SuggestTheNearestWord) {
  const Field policy{.kind = Kind::word, .words = {"round-robin", "weighted", "ewma"}};
  EXPECT_EQ(mistakes(one(policy), "a: roundrobin"),
            "1:4 unknown a \"roundrobin\" (did you mean round-robin? (round-robin, weighted, "
            "ewma))\n");
  EXPECT_EQ(mistakes(one(policy), "a: fastest"),
            "1:4 unknown a \"fastest\" (there are: round-robin, weighted, ewma)\n");
}

TEST(Fields, KeepRangesAndNameThemInTheirUnits) {
  const Field wait{.kind = Kind::duration, .least = 1, .most = 900};
  EXPECT_EQ(mistakes(one(wait), "a: 1s"), "");
  EXPECT_EQ(mistakes(one(wait), "a: 15m"), "");
  EXPECT_EQ(mistakes(one(wait), "a: 20m"), "1:4 a must be from 1s to 15m, not 20m\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::integer, .least = 1}), "a: 0"),
            "1:4 a must be at least 1, not 0\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::share, .most = 0.1}), "a: 10%"), "");
  EXPECT_EQ(mistakes(one({.kind = Kind::share, .most = 0.1}), "a: 11%"),
            "1:4 a must be at most 10%, not 11%\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::size, .most = 16 << 20}), "a: 17MiB"),
            "1:4 a must be at most 16MiB, not 17MiB\n");
  EXPECT_EQ(mistakes(one({.kind = Kind::rate, .least = 1}), "a: 30/m"),
            "1:4 a must be at least 1/s, not 30/m\n");
  const Field few{.kind = Kind::list, .least = 1, .most = 2, .fields = {{.kind = Kind::text}}};
  EXPECT_EQ(mistakes(one(few), "a: []"),
            "1:4 a must have from 1 to 2 items, not 0 (add one, or leave a out)\n");
  EXPECT_EQ(mistakes(one(few), "a: [x, y, z]"), "1:4 a must have from 1 to 2 items, not 3\n");
}

TEST(Fields, RefuseOtherShapes) {
  EXPECT_EQ(mistakes(one({}), "a: [x]"), "1:4 a must be text, not a list\n");
  EXPECT_EQ(mistakes(one({}), "a:"), "1:3 a has no value (write text, or leave the key out)\n");
  EXPECT_EQ(mistakes(one({}), "a: {b: c}"),
            "1:4 a must be text, not a map (a value for each target needs `targets:` with their "
            "names)\n");
  const Field list{.kind = Kind::list, .fields = {{.kind = Kind::integer}}};
  EXPECT_EQ(mistakes(one(list), "a: 5"),
            "1:4 a must be a list, each item a whole number, not a single value (write [5])\n");
  EXPECT_EQ(mistakes(one(list), "a: [5, x]"), "1:8 a must be a whole number, not \"x\"\n");
}

TEST(Fields, TellUnknownMisplacedAndMissingKeys) {
  const std::vector<Field> fields{
      {.name = "path", .kind = Kind::path, .required = true, .example = "/app1"},
      {.name = "expect",
       .kind = Kind::object,
       .fields = {{.name = "status", .kind = Kind::statuses}, {.name = "service"}}},
      {.name = "routes",
       .kind = Kind::list,
       .fields = {{.kind = Kind::object, .fields = {{.name = "method"}}}}}};
  EXPECT_EQ(mistakes(fields, "pth: /a\n"),
            "1:1 unknown key \"pth\" (did you mean path? (path, expect, routes))\n")
      << "what is misspelt is not missing as well";
  EXPECT_EQ(mistakes(fields, "expect: {}\n"), "1:1 path is missing (add path: /app1)\n");
  EXPECT_EQ(mistakes(fields, "path: /a\nstatus: 200\nmethod: GET\n"),
            "2:1 unknown key \"status\" (status belongs under expect)\n"
            "3:1 unknown key \"method\" (method belongs under routes)\n");
  EXPECT_EQ(mistakes(fields, "path: /a\nexpect:\n  status: 200\n  routes: []\n"),
            "4:3 unknown key \"routes\" (routes belongs further out: indent it less)\n");
  DecodeContext context;
  context.elsewhere = {{"checks", "checks belongs at the top"}};
  EXPECT_EQ(mistakes(fields, "path: /a\nchecks: x\n", {}, context),
            "2:1 unknown key \"checks\" (checks belongs at the top)\n");
}

TEST(Fields, ObeyRulesBetweenKeys) {
  const std::vector<Field> fields{{.name = "a"}, {.name = "b"}, {.name = "c"}};
  using Need = KeyRule::Kind;
  const auto rule = [](Need kind) { return std::vector<KeyRule>{{kind, {"a", "b"}}}; };
  EXPECT_EQ(mistakes(fields, "c: x", rule(Need::at_most_one)), "");
  EXPECT_EQ(mistakes(fields, "a: x\nb: x", rule(Need::at_most_one)),
            "2:1 a and b exclude each other (keep one of them)\n");
  EXPECT_EQ(mistakes(fields, "c: x", rule(Need::exactly_one)),
            "1:1 one of a or b is missing (add one of them)\n");
  EXPECT_EQ(mistakes(fields, "b: x\na: x", rule(Need::exactly_one)),
            "2:1 b and a exclude each other (keep one of them)\n");
  EXPECT_EQ(mistakes(fields, "c: x", rule(Need::at_least_one)),
            "1:1 one of a or b is missing (add one of them)\n");
  EXPECT_EQ(mistakes(fields, "a: x\nb: x", rule(Need::at_least_one)), "");
  EXPECT_EQ(mistakes(fields, "b: x", rule(Need::all_or_none)),
            "1:1 b needs a too (add a, or leave b out)\n");
  EXPECT_EQ(mistakes(fields, "c: x", rule(Need::all_or_none)), "");
}

TEST(Fields, FillInDefaults) {
  const std::vector<Field> fields{
      {.name = "wait", .kind = Kind::duration, .fallback = "10s"},
      {.name = "codes", .kind = Kind::statuses, .fallback = "[2xx, 404]"},
      {.name = "burst", .kind = Kind::integer},
      {.name = "multiplier", .kind = Kind::number, .fallback = "5"}};
  const Object object = decoded(fields, "{}");
  EXPECT_EQ(object.duration("wait", {}), std::chrono::seconds(10));
  EXPECT_FALSE(object.at("wait").place.known());
  EXPECT_TRUE(object.at("codes").as<Statuses>().contains(404));
  EXPECT_FALSE(object.has("burst"));
  Errors errors;
  const Object burst = decode(read_yaml("burst: 3", "x").value(), fields,
                              {{KeyRule::Kind::at_most_one, {"burst", "multiplier"}}}, {}, errors);
  EXPECT_FALSE(burst.has("multiplier")) << "a default must not stand beside what excludes it";
}

TEST(FieldsDeathTest, AskingForWhatCannotBeThereIsABug) {
  EXPECT_DEATH(decoded({{.name = "a"}}, "{}").at("a"), "\"a\" was asked for");
  EXPECT_DEATH(decoded({{.name = "a", .kind = Kind::integer, .fallback = "x"}}, "{}"),
               "the default \"x\" of \"a\" cannot be decoded");
}

TEST(Fields, TakeOneForAListWhereTheTableSaysSo) {
  const Field list{.kind = Kind::list, .fields = {{.kind = Kind::text}}, .or_one = true};
  EXPECT_EQ(decoded(one(list), "a: x").at("a").as<List>().size(), 1u);
  EXPECT_EQ(decoded(one(list), "a: [x, y]").at("a").as<List>().size(), 2u);
}

TEST(Fields, TellAlternativesApartByShape) {
  const Field field{.kind = Kind::either,
                    .fields = {{.kind = Kind::word, .words = {"echo", "whoami"}},
                               {.kind = Kind::object, .fields = {{.name = "header"}}},
                               {.kind = Kind::map,
                                .fields = {{.kind = Kind::word, .words = {"echo", "whoami"}}}}}};
  EXPECT_TRUE(decoded(one(field), "a: echo").at("a").is<std::string>());
  EXPECT_EQ(decoded(one(field), "a: {header: X}").at("a").as<Object>().text("header"), "X");
  EXPECT_EQ(decoded(one(field), "a: {app1: echo}").at("a").as<Object>().text("app1"), "echo");
  EXPECT_EQ(mistakes(one(field), "a: {headr: X}"),
            "1:5 unknown key \"headr\" (did you mean header?)\n");
  EXPECT_EQ(mistakes(one(field), "a: {app1: ecoh}"),
            "1:11 unknown app1 \"ecoh\" (did you mean echo? (echo, whoami))\n");
  EXPECT_EQ(mistakes(one(field), "a: [x]"),
            "1:4 a must be one of echo or whoami; or a map of header; or a map, each value one of "
            "echo or whoami, not a list\n");
}

TEST(Fields, TakeAMapByTargetForSingleValues) {
  DecodeContext context;
  context.targets = {"old", "new"};
  context.target = "new";
  const std::vector<Field> fields{{.name = "cookie"}, {.name = "status", .kind = Kind::statuses}};
  const Object object =
      decoded(fields, "cookie: {old: A, new: B}\nstatus: {old: 503, new: [429, 403]}", context);
  EXPECT_EQ(object.text("cookie"), "B");
  EXPECT_TRUE(object.at("status").as<Statuses>().contains(403));
  EXPECT_EQ(decoded(fields, "cookie: C", context).text("cookie"), "C");
  EXPECT_EQ(mistakes(fields, "cookie: {old: A, nwe: B}", {}, context),
            "1:18 cookie is text, and no target is named \"nwe\" (did you mean new? (old, new))\n"
            "1:9 cookie has no value for the target new (add new: text)\n");
  EXPECT_EQ(mistakes(fields, "cookie: {old: A, new: {old: B}}", {}, context),
            "1:23 cookie must be text, not a map\n");
}

TEST(Fields, ExpandVariablesAndDecodeWhatTheyHold) {
  DecodeContext context;
  context.expand = [](std::string_view text, void*) -> Result<std::string> {
    if (text == "${N}") return "12";
    if (text == "${secret:S}") return "hunter2";
    return tl::unexpected(Error{"variable X is not set", "set it"});
  };
  const std::vector<Field> fields{{.name = "a", .kind = Kind::integer}};
  EXPECT_EQ(decoded(fields, "a: \"${N}\"", context).integer("a", 0), 12);
  EXPECT_EQ(mistakes(fields, "a: ${X}", {}, context), "1:4 variable X is not set (set it)\n");
  EXPECT_EQ(mistakes(fields, "a: ${secret:S}", {}, context),
            "1:4 a must be a whole number, and its value is not\n")
      << "a secret must not show in a message";
}

TEST(Fields, DescribeThemselves) {
  EXPECT_EQ(describe({.kind = Kind::integer, .least = 1, .most = 10}),
            "a whole number from 1 to 10");
  EXPECT_EQ(describe({.kind = Kind::word, .words = {"a", "b", "c"}}), "one of a, b or c");
  EXPECT_EQ(describe({.kind = Kind::duration, .least = 0.5}),
            "a duration (250ms, 10s, 5m), at least 500ms");
}

}  // namespace
}  // namespace ingress_check
