#include "scenarios/yaml.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

namespace ingress_check {
namespace {

/// The tree on one line: maps as {k: v}, quoted scalars in quotes, null as ~.
std::string flat(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::null:
      return "~";
    case Node::Kind::scalar:
      return node.quoted ? "'" + node.text + "'" : node.text;
    case Node::Kind::list:
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + flat(item);
      return "[" + out + "]";
    case Node::Kind::map:
      for (const auto& [key, value] : node.pairs)
        out += (out.empty() ? "" : ", ") + key.text + ": " + flat(value);
      return "{" + out + "}";
  }
  return out;
}

std::string at(const Place& place) {
  return std::to_string(place.line) + ":" + std::to_string(place.column) + "+" +
         std::to_string(place.width);
}

/// The tree, or all mistakes, one a line: place, what, hint.
std::string read(std::string_view text, const YamlLimits& limits = {}) {
  const auto node = read_yaml(text, "f.yaml", limits);
  if (node) return flat(*node);
  std::string out;
  for (const Error& error : node.error())
    out += at(error.place) + " " + error.what + " | " + error.hint + "\n";
  return out;
}

TEST(ReadYaml, ComposesTheTree) {
  EXPECT_EQ(read("a: 1\nb: [x, \"y\", 'z']\nc:\n  - {d: ~}\n  - null\n  -\ne: |\n  t\n"),
            "{a: 1, b: [x, 'y', 'z'], c: [{d: ~}, ~, ~], e: 't\n'}");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a: \"\xC3\xBC\"\r\nb: x\r\n"),
            "{a: '\xC3\xBC', b: x}");
  EXPECT_EQ(read("--- \na: &x {b: 1}\nc: [*x, *x]\n...\n"), "{a: {b: 1}, c: [{b: 1}, {b: 1}]}");
  EXPECT_EQ(read("a: &x 1\nb: &x 2\nc: *x\n"), "{a: 1, b: 2, c: 2}");
  EXPECT_EQ(read("a: ''\nb: \"~\"\nc: 'null'"), "{a: '', b: '~', c: 'null'}");
  EXPECT_EQ(read("%YAML 1.2\n---\na: b"), "{a: b}");
}

TEST(ReadYaml, KnowsWhereEverythingIs) {
  const auto root =
      read_yaml("a: word\nb: [1, 'two']\nc:\nd:\n  - x: 1\n    y: \"\xC3\xBC\" \n", "f");
  ASSERT_TRUE(root);
  EXPECT_EQ(at(root->place), "1:1+1");
  EXPECT_EQ(at(root->pairs[0].key.place), "1:1+1");
  EXPECT_EQ(at(root->find("a")->place), "1:4+4");
  EXPECT_EQ(at(root->find("b")->place), "2:4+10");
  EXPECT_EQ(at(root->find("b")->items[1].place), "2:8+5");
  EXPECT_EQ(at(root->find("c")->place), "3:3+1");
  EXPECT_EQ(at(root->find("d")->items[0].place), "5:5+1");
  EXPECT_EQ(at(root->find("d")->items[0].find("y")->place), "6:8+3");
  EXPECT_EQ(root->place.file, "f");
  EXPECT_EQ(root->find("z"), nullptr);
}

TEST(ReadYaml, ReportsEveryMistakeOfCompositionInFileOrder) {
  EXPECT_EQ(
      read("a: 1\n"
           "a: 2\n"
           "b: !!str 3\n"
           "c: {d: 1, d: 2, \"d\": 3}\n"
           "<<: *none\n"
           "[x]: y\n"
           "e: *nowhere\n"
           ": f\n"),
      "2:1+1 duplicate key \"a\" | the first is on line 1; keep one of them\n"
      "3:4+1 tags (!name) are not part of the language | remove it; to make text of a value, "
      "put it in quotes\n"
      "4:11+1 duplicate key \"d\" | the first is earlier on this line; keep one of them\n"
      "4:17+3 duplicate key \"d\" | the first is earlier on this line; keep one of them\n"
      "5:1+2 merge keys (<<) are not part of the language | write the keys out; a whole value "
      "may be repeated with &name and *name\n"
      "5:5+5 no anchor &none stands above this alias | if the text *none is meant, quote it: "
      "\"*none\"\n"
      "6:1+1 a key must be plain text | write key: value; put a value that begins with \"{\" "
      "or \"[\" in quotes\n"
      "7:4+8 no anchor &nowhere stands above this alias | if the text *nowhere is meant, quote "
      "it: \"*nowhere\"\n"
      "8:1+1 a colon without a key | write key: value\n");
}

TEST(ReadYaml, RefusesWhatIsNotOneDocument) {
  const std::string empty = "1:1+1 the file is empty | a scenario begins with \"scenario: NAME\"\n";
  EXPECT_EQ(read(""), empty);
  EXPECT_EQ(read("# only this\n\n"), empty);
  EXPECT_EQ(read("---\n"),
            "2:1+1 the document is empty | a scenario begins with \"scenario: NAME\"\n");
  EXPECT_EQ(read("a: 1\n---\nb: 2\n"),
            "2:1+3 a second document begins here | put it into a file of its own\n");
}

TEST(ReadYaml, RefusesWhatIsNotText) {
  EXPECT_EQ(read("a: b\nc: \xFF\n"), "2:4+1 byte 0xFF is not UTF-8 | save the file as UTF-8\n");
  EXPECT_EQ(read(std::string_view("a: \0b", 5)),
            "1:4+1 a zero byte: this is not a text file | give a YAML file, saved as UTF-8\n");
  EXPECT_EQ(read("\xFF\xFE"
                 "a"),
            "0:0+1 the file is UTF-16 | save it as UTF-8\n");
  EXPECT_EQ(read("a: \x07\r\nb: \xE2\x80\xA8\n"),
            "1:4+1 control character U+0007 | delete it, or write \"\\x07\" in double quotes\n"
            "2:4+1 control character U+2028 | delete it, or write \"\\u2028\" in double quotes\n");
  EXPECT_EQ(read(std::string(40, '\x02')).size(), 5 * read("\x02").size()) << "five are enough";
}

TEST(ReadYaml, RefusesWhatIsTooMuch) {
  EXPECT_EQ(read("a: 12345", {.bytes = 7}),
            "0:0+1 the file has 8 bytes; at most 7 are read | split it into several scenarios\n");
  EXPECT_EQ(read("[[1]]", {.depth = 2}), "[[1]]");
  EXPECT_EQ(read("[[[1]]]", {.depth = 2}),
            "1:3+1 nested more than 2 levels deep | no scenario needs more than 12\n");
  EXPECT_EQ(read("[1, 2]", {.nodes = 3}), "[1, 2]");
  EXPECT_EQ(read("[1, 2, 3]", {.nodes = 3}),
            "1:8+1 more than 3 values, with aliases (*name) expanded | split the scenario, or use "
            "fewer aliases\n");
  EXPECT_EQ(read("- &a [1]\n- &b [*a]\n- [*b]\n", {.depth = 4}), "[[1], [[1]], [[[1]]]]");
  EXPECT_EQ(read("- &a [1]\n- &b [*a]\n- [*b]\n", {.depth = 3}),
            "3:4+2 nested more than 3 levels deep, with aliases (*name) expanded | no scenario "
            "needs more than 12\n");
  EXPECT_EQ(read("- &a [1, *a]\n"),
            "1:10+2 the alias *a stands within its own anchor | write the value out\n");
}

TEST(ReadYaml, TextThatAliasesRepeatIsBounded) {
  std::string text = "a: &a " + std::string(1000, 'x') + "\nb: [";
  for (int i = 0; i < 10; ++i) text += "*a, ";
  text += "]\n";
  EXPECT_EQ(read(text, {.bytes = 2000}).substr(0, 60),
            "2:29+2 aliases (*name) expand to more than 8000 bytes | use ");
}

struct Broken {
  std::string text;
  std::string says;
};

TEST(ReadYaml, SyntaxMistakesAreInPlainWords) {
  const std::vector<Broken> cases{
      {"t: {address: ${X}, a: 1}",
       "1:14+4 within {} and [] a variable must be in quotes | quote it: \"${X}\""},
      {"t: {url: http://${X:-a}/b}",
       "1:10+16 within {} and [] a variable must be in quotes | quote it: \"http://${X:-a}/b\""},
      {"t: [${X}]", "1:5+4 within {} and [] a variable must be in quotes | quote it: \"${X}\""},
      {"t: {a: ${X", "1:8+3 the variable has no closing brace | write \"${NAME}\""},
      {"t: {a: ~ ^x[0-9]+}",
       "1:12+1 \"[\" in a value that is not in quotes | put the whole value in single quotes, as "
       "in '~ ^/v[0-9]+'"},
      {"a:\n\tb: 1", "2:1+1 a tab in the indentation | indent with spaces"},
      {"a: @b", "1:4+1 a value cannot begin with \"@\" | put the whole value in single quotes"},
      {"a: *.example.com",
       "1:4+13 a value that begins with \"*\" must be in quotes | write \"*.example.com\""},
      {"a: {b: *.x, c: 1}",
       "1:8+3 a value that begins with \"*\" must be in quotes | write \"*.x\""},
      {"a: \"b\nc: d\n",
       "1:4+1 this quote is never closed | write the same quote where the text ends"},
      {"a: \"\\[x\"",
       "1:5+1 an unknown escape in double quotes | write \\\\ for a backslash, or use single "
       "quotes, where a backslash stands for itself"},
      {"a: {b: 1\nc: 2\n", "1:4+1 this \"{\" is never closed | write \"}\" where it ends"},
      {"a: [1, 2\nb: 2\n", "1:4+1 this \"[\" is never closed | write \"]\" where it ends"},
      {"a: {b: 1]", "1:9+1 \"]\" where \"}\" is needed | close \"{\" with \"}\""},
      {"a: {b: 1: 2}",
       "1:9+1 a second \": \" in one entry | separate entries by a comma, or put the value in "
       "quotes"},
      {"a: {b: \"x\" c: 1}",
       "1:12+1 a comma or \"}\" is missing here | separate entries by a comma, or put the whole "
       "value in quotes"},
      {"a: b: c", "1:5+1 a second \": \" on one line | put the whole value in single quotes"},
      {"a: b\n  c: d",
       "2:3+1 this key is indented more than the line above allows | give all keys of one map the "
       "same indentation; end the line above with a colon if this belongs under it"},
      {"path:/x\nstatus: 200", "1:5+1 no space after the colon | write path: /x"},
      {"a: 1\npath:/x\nb: 2", "2:5+1 no space after the colon | write path: /x"},
      {"a: {path:/x, status: 2}", "1:5+7 no space after the colon of \"path:/x\" | write path: /x"},
      {"a: {b:[1]}", "1:6+1 no space after the colon | write key: value"},
      {"a: 1\n: 2", "2:1+1 a colon without a key | write key: value"},
      {"a: 1\nb\nc: 2\n", "2:1+1 a key without a colon | write \"b:\" and its value"},
      {"a:\n  b: 1\n c: 2",
       "3:2+1 this line is not a key of the map that began on line 1 | write key: value, with the "
       "same indentation as the other keys"},
      {"a:\n  b: 1\n  - c",
       "3:3+1 a list item among the keys of the map that began on line 2 | give all items of a "
       "list the same indentation, below its key"},
      {"a:\n  - b\n  c: 1",
       "3:3+1 this line is not an item of the list that began on line 2 | begin it with \"- \", or "
       "indent it as what it belongs to"},
      {"a: \"x\" y",
       "1:8+1 nothing may follow the closing quote | put the whole value in single quotes"},
      {"a: - b",
       "1:4+1 a list cannot begin behind its key | begin it on the next line, or write it as [a, "
       "b]"},
      {"a: ]",
       "1:4+1 a value cannot begin with \"]\" | write a value, in quotes if it begins with a sign"},
      {"a: {{ X }}",
       "1:5+1 \"{{\" begins a map within a map | put the value in quotes; a variable of the "
       "language is written \"${NAME}\""},
      {"a: !<x b",
       "1:4+1 tags (!name) are not part of the language | remove it, or put a value that begins "
       "with ! in quotes"},
      {"%FOO x\n---\na: b",
       "1:1+1 a line that begins with % is a YAML directive | remove the line, or put the value in "
       "quotes"},
      {"%YAML 2.0\n---\na: b",
       "1:1+1 a line that begins with % is a YAML directive | remove the line, or put the value in "
       "quotes"},
      {"a: |x\n b",
       "1:4+1 a text block that begins with | or > is not well formed | write | alone and indent "
       "the lines below it with spaces"},
      {"[a]\nb: c",
       "2:1+1 this line belongs to nothing above it | a scenario is one map: every line at the "
       "left edge is key: value"},
  };
  for (const Broken& broken : cases)
    EXPECT_EQ(read(broken.text), broken.says + "\n") << broken.text;
}

TEST(ReadYaml, AHundredMistakesAreEnough) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "a: 1\n";
  const auto node = read_yaml(text, "f");
  ASSERT_FALSE(node);
  ASSERT_EQ(node.error().size(), 101u);
  EXPECT_EQ(node.error().back().what, "more than 100 mistakes: the rest of the file was not read");
}

TEST(ReadYaml, MistakesBeforeTheSyntaxMistakeAreKept) {
  EXPECT_EQ(read("a: 1\na: 2\nb: ]\n"),
            "2:1+1 duplicate key \"a\" | the first is on line 1; keep one of them\n"
            "3:4+1 a value cannot begin with \"]\" | write a value, in quotes if it begins with a "
            "sign\n");
}

TEST(ReadYaml, MutatedTextNeverBreaksItAndEveryMistakeHasAPlace) {
  const std::string seed =
      "scenario: x\nabout: \"y \\n z\"\ntarget: &t {url: 'http://a', address: \"${X}\"}\nready:\n"
      "  - a: |\n      b\n    c: [1, {d: e}]\n  - *t\n# end\n? k\n: v\n";
  const std::string signs = "{}[]:-,&*!|>'\"%@#?~ \t\n\r\\\x01\xC3\xBC\xFF";
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seed;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) {
      const std::size_t where = random() % text.size();
      const char sign = signs[random() % signs.size()];
      if (random() % 3 == 0)
        text.erase(where, 1 + random() % 5);
      else if (random() % 2 == 0)
        text.insert(where, 1, sign);
      else
        text[where] = sign;
      if (text.empty()) text = "a";
    }
    const auto node = read_yaml(text, "f.yaml");
    if (node) continue;
    ASSERT_FALSE(node.error().empty());
    for (const Error& error : node.error()) {
      ASSERT_FALSE(error.what.empty() || error.hint.empty()) << text;
      ASSERT_TRUE(error.place.known() || error.what.find("UTF-16") != std::string::npos) << text;
      ASSERT_GE(error.place.width, 1) << text;
      ASSERT_EQ(error.what.find("this is not YAML"), std::string::npos) << error.what << "\n"
                                                                        << text;
    }
  }
}

}  // namespace
}  // namespace ingress_check
