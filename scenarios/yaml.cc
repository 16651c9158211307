#include "scenarios/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "scenarios/yaml_anchors.h"
#include "scenarios/yaml_characters.h"
#include "scenarios/yaml_event.h"
#include "scenarios/yaml_keys.h"
#include "scenarios/yaml_syntax.h"

namespace ingress_check {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t most_mistakes = 100;  ///< then the reading stops
constexpr std::size_t text_growth = 4;      ///< aliases may expand to so many files

bool is_null_word(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Whether `inner` begins directly behind the bracket of `outer`.
bool touches(const Place& outer, const Place& inner) {
  return outer.line == inner.line && outer.column + 1 == inner.column;
}

/// Composes nodes from events. A function that returns false has ended the reading: the last error
/// says why.
class Composer {
 public:
  Composer(std::string_view text, const std::string& file, const YamlLimits& limits)
      : text_(text), file_(file), limits_(limits) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;
  ~Composer() { yaml_parser_delete(&parser_); }

  tl::expected<Node, Errors> read();

 private:
  bool document(Node& root);
  bool node(Node& out, int depth);
  bool alias(Node& out, int depth);
  bool list(Node& out, int depth);
  bool map(Node& out, int depth);
  bool pair(Node& out, int depth, YamlKeys& keys);
  void scalar(Node& out);
  bool open(int depth);
  bool remember(const std::string& anchor, const Node& node);
  bool charge(YamlWeight& total, const YamlWeight& more, const Place& place);
  void refuse_tag(const yaml_char_t* tag, const Place& place);

  bool next();
  Place mark(const yaml_mark_t& at) const {
    return {file_, static_cast<int>(at.line) + 1, static_cast<int>(at.column) + 1, 1};
  }
  Place here() const;
  /// Extends a flow collection's place to its end, if it ends on its line.
  void close(Place& place, bool flow) const;
  bool stop(std::string what, std::string hint, Place place) {
    errors_.push_back({std::move(what), std::move(hint), std::move(place)});
    return false;
  }
  bool too_many_mistakes() {
    return stop(
        fmt::format("more than {} mistakes: the rest of the file was not read", most_mistakes),
        "correct those above first", here());
  }

  std::string_view text_;
  const std::string& file_;
  const YamlLimits& limits_;
  yaml_parser_t parser_{};
  YamlEvent event_;
  Errors errors_;
  YamlWeight size_;    ///< of the whole tree
  YamlWeight copies_;  ///< of what anchors keep
  YamlAnchors anchors_;
};

bool Composer::next() {
  if (event_.read(parser_)) return true;
  SyntaxProblem problem{parser_.problem ? parser_.problem : "unreadable",
                        parser_.context ? parser_.context : "", mark(parser_.problem_mark),
                        parser_.context ? mark(parser_.context_mark) : Place{}};
  errors_.push_back(syntax_error(problem, text_));
  return false;
}

Place Composer::here() const {
  Place place = mark(event_->start_mark);
  if (event_->start_mark.line == event_->end_mark.line)
    place.width =
        std::max(1, static_cast<int>(event_->end_mark.column - event_->start_mark.column));
  return place;
}

void Composer::close(Place& place, bool flow) const {
  const auto& end = event_->end_mark;
  if (flow && static_cast<int>(end.line) + 1 == place.line)
    place.width = std::max(1, static_cast<int>(end.column) + 1 - place.column);
}

bool Composer::charge(YamlWeight& total, const YamlWeight& more, const Place& place) {
  total.nodes += more.nodes;
  total.bytes += more.bytes;
  if (total.nodes > limits_.nodes)
    return stop(fmt::format("more than {} values, with aliases (*name) expanded", limits_.nodes),
                "split the scenario, or use fewer aliases", place);
  if (total.bytes > limits_.bytes * text_growth)
    return stop(
        fmt::format("aliases (*name) expand to more than {} bytes", limits_.bytes * text_growth),
        "use fewer aliases", place);
  return true;
}

bool Composer::open(int depth) {
  if (depth > limits_.depth)
    return stop(fmt::format("nested more than {} levels deep", limits_.depth),
                "no scenario needs more than 12", here());
  return charge(size_, {1, 0, 0}, here());
}

void Composer::refuse_tag(const yaml_char_t* tag, const Place& place) {
  if (!tag) return;
  Place at = place;
  at.width = 1;
  errors_.push_back({"tags (!name) are not part of the language",
                     "remove it; to make text of a value, put it in quotes", at});
}

bool Composer::remember(const std::string& anchor, const Node& node) {
  if (anchor.empty()) return true;
  anchors_.close(anchor);
  const YamlWeight weight = weigh(node);
  if (!charge(copies_, weight, node.place)) return false;
  anchors_.keep(anchor, node, weight);
  return true;
}

bool Composer::alias(Node& out, int depth) {
  const std::string name(view(event_->data.alias.anchor));
  const Place place = here();
  if (anchors_.is_open(name))
    return stop(fmt::format("the alias *{} stands within its own anchor", name),
                "write the value out", place);
  const auto* found = anchors_.find(name);
  if (!found) {
    errors_.push_back({fmt::format("no anchor &{} stands above this alias", name),
                       fmt::format("if the text *{} is meant, quote it: \"*{}\"", name, name),
                       place});
    out.place = place;
    return true;
  }
  const YamlWeight& weight = found->weight;
  if (depth + weight.height > limits_.depth + 1)
    return stop(fmt::format("nested more than {} levels deep, with aliases (*name) expanded",
                            limits_.depth),
                "no scenario needs more than 12", place);
  if (!charge(size_, weight, place)) return false;
  out = found->node;
  out.place = place;
  return true;
}

void Composer::scalar(Node& out) {
  const auto& data = event_->data.scalar;
  out.text.assign(reinterpret_cast<const char*>(data.value), data.length);
  out.quoted = data.style != YAML_PLAIN_SCALAR_STYLE;
  out.kind = !out.quoted && is_null_word(out.text) ? Node::Kind::null : Node::Kind::scalar;
  out.place = here();
  refuse_tag(data.tag, out.place);
}

bool Composer::node(Node& out, int depth) {
  switch (event_->type) {
    case YAML_ALIAS_EVENT:
      return alias(out, depth);
    case YAML_SCALAR_EVENT: {
      if (!open(depth - 1) || !charge(size_, {0, event_->data.scalar.length, 0}, here()))
        return false;
      const std::string anchor(view(event_->data.scalar.anchor));
      scalar(out);
      return remember(anchor, out);
    }
    case YAML_SEQUENCE_START_EVENT:
      return list(out, depth);
    default:
      return map(out, depth);
  }
}

bool Composer::list(Node& out, int depth) {
  if (!open(depth)) return false;
  const std::string anchor(view(event_->data.sequence_start.anchor));
  anchors_.open(anchor);
  const bool flow = event_->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
  out.kind = Node::Kind::list;
  out.place = mark(event_->start_mark);
  refuse_tag(event_->data.sequence_start.tag, out.place);
  while (true) {
    if (!next()) return false;
    if (event_->type == YAML_SEQUENCE_END_EVENT) break;
    Node item;
    if (errors_.size() >= most_mistakes) return too_many_mistakes();
    if (!node(item, depth + 1)) return false;
    out.items.push_back(std::move(item));
  }
  close(out.place, flow);
  return remember(anchor, out);
}

bool Composer::map(Node& out, int depth) {
  if (!open(depth)) return false;
  const std::string anchor(view(event_->data.mapping_start.anchor));
  anchors_.open(anchor);
  const bool flow = event_->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
  out.kind = Node::Kind::map;
  out.place = mark(event_->start_mark);
  refuse_tag(event_->data.mapping_start.tag, out.place);
  YamlKeys keys;
  while (true) {
    if (!next()) return false;
    if (event_->type == YAML_MAPPING_END_EVENT) break;
    if (!pair(out, depth, keys)) return false;
  }
  close(out.place, flow);
  return remember(anchor, out);
}

bool Composer::pair(Node& out, int depth, YamlKeys& keys) {
  const bool plain_key = event_->type == YAML_SCALAR_EVENT;
  const bool template_key = event_->type == YAML_MAPPING_START_EVENT && touches(out.place, here());
  const Place key_place = here();
  Node key, value;
  if (!node(key, depth + 1)) return false;
  const std::size_t known = errors_.size();
  if (plain_key) {
    if (auto mistake = keys.mistake(out, key)) errors_.push_back(std::move(*mistake));
  } else {
    errors_.push_back(
        {template_key ? "\"{{\" begins a map within a map" : "a key must be plain text",
         template_key ? "put the value in quotes; a variable of the language is written \"${NAME}\""
                      : "write key: value; put a value that begins with \"{\" or \"[\" in quotes",
         key_place});
  }
  if (!next() || !node(value, depth + 1)) return false;
  if (errors_.size() >= most_mistakes) return too_many_mistakes();
  if (errors_.size() > known) return true;
  if (auto mistake = without_space(key, value)) {
    errors_.push_back(std::move(*mistake));
    return true;
  }
  out.pairs.push_back({std::move(key), std::move(value)});
  return true;
}

bool Composer::document(Node& root) {
  if (!next() || !next()) return false;  // the stream starts; a document starts
  const Place begin{file_, 1, 1, 1};
  if (event_->type == YAML_STREAM_END_EVENT)
    return stop("the file is empty", "a scenario begins with \"scenario: NAME\"", begin);
  if (!next() || !node(root, 1)) return false;
  if (root.kind == Node::Kind::null && errors_.empty())
    return stop("the document is empty", "a scenario begins with \"scenario: NAME\"", root.place);
  if (!next() || !next()) return false;  // the document ends; the stream ends
  if (event_->type != YAML_STREAM_END_EVENT)
    return stop("a second document begins here", "put it into a file of its own", here());
  return true;
}

tl::expected<Node, Errors> Composer::read() {
  Node root;
  if (document(root) && errors_.empty()) return root;
  std::ranges::stable_sort(errors_, [](const Error& a, const Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  return tl::unexpected(std::move(errors_));
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : pairs)
    if (name.text == key) return &value;
  return nullptr;
}

tl::expected<Node, Errors> read_yaml(std::string_view text, const std::string& file,
                                     const YamlLimits& limits) {
  if (text.size() > limits.bytes)
    return tl::unexpected(Errors{
        {fmt::format("the file has {} bytes; at most {} are read", text.size(), limits.bytes),
         "split it into several scenarios", Place{file, 0, 0, 1}}});
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (Errors errors = unfit_characters(text, file); !errors.empty())
    return tl::unexpected(std::move(errors));
  return Composer(text, file, limits).read();
}

}  // namespace ingress_check
