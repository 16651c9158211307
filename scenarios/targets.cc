#include "scenarios/targets.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/answerers.h"
#include "scenarios/scalars.h"
#include "scenarios/words.h"

namespace ingress_check {
namespace {

bool is_for(const TargetOverride& one, const std::string& target) {
  return one.name.empty() || one.name == target;
}

/// The target's own map without what the command line replaces: no variable of it is read.
Node without_replaced(Node node, const std::string& name, const LoadOptions& options) {
  std::vector<std::string_view> gone;
  for (const auto& one : options.targets) {
    // Another URL is another place: the file's address was of the one that it replaces.
    if (is_for(one, name) && one.url) gone.insert(gone.end(), {"url", "address"});
    if (is_for(one, name) && one.address) gone.push_back("address");
  }
  if (options.ca) gone.push_back("ca");
  if (options.sni) gone.push_back("sni");
  if (options.http) gone.push_back("http");
  if (options.insecure) gone.push_back("insecure");
  if (options.timeout) gone.push_back("timeout");
  if (options.certificate || options.key) {
    gone.push_back("certificate");
    gone.push_back("key");
  }
  std::erase_if(node.pairs, [&](const auto& pair) {
    return std::find(gone.begin(), gone.end(), pair.key.text) != gone.end();
  });
  return node;
}

std::string beside(const std::string& file, const std::string& path) {
  if (path.empty()) return path;
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

class TargetReader {
 public:
  TargetReader(const Object& top, const std::string& file, const LoadOptions& options,
               const DecodeContext& context, Errors& errors)
      : top_(top), file_(file), options_(options), context_(context), errors_(errors) {}

  Target read(const std::string& name, const Node& node) {
    const Object words = decode(without_replaced(node, name, options_),
                                target_fields(options_.controllers, options_.presets),
                                target_rules(), context_, errors_);
    Target target;
    target.name = name;
    if (options_.url_without_target) target.url = *options_.url_without_target;
    target.place = node.place;
    place(words, target);
    connection(words, target);
    headers(words, target);
    for (const Object* level : {&top_, &words}) {
      if (const Value* value = level->find("controller"))
        read_controller(*value, options_, target, errors_);
      if (const Value* value = level->find("answered-by"))
        target.answered_by = read_answered_by(*value, options_, errors_);
    }
    command_line(target);
    return target;
  }

 private:
  void mistake(const Value& value, std::string what, std::string hint) {
    errors_.push_back({std::move(what), std::move(hint), value.place});
  }

  void place(const Object& words, Target& target) {
    if (const Value* url = words.find("url")) {
      target.url = url->as<Url>();
      if (target.url.path != "/")
        mistake(*url, fmt::format("the target's url has a path ({})", target.url.path),
                "write the path in the checks, as path: /... or url: ...");
    }
    const Value* address = words.find("address");
    if (!address || address->as<std::string>().empty()) return;
    auto read = parse_address(address->as<std::string>());
    if (read)
      target.address = std::move(*read);
    else
      mistake(*address, read.error().what, read.error().hint);
  }

  void connection(const Object& words, Target& target) {
    target.http = parse_http_version(words.text("http")).value_or(HttpVersion::any);
    target.ca = beside(file_, words.text("ca"));
    target.certificate = beside(file_, words.text("certificate"));
    target.key = beside(file_, words.text("key"));
    target.insecure = words.boolean("insecure", false);
    if (const Value* sni = words.find("sni")) target.sni = sni->as<std::string>();
    target.timeout = words.duration("timeout", target.timeout);
    target.connect_timeout = words.duration("connect-timeout", target.connect_timeout);
    const Value* sources = words.find("source-addresses");
    if (!sources) return;
    for (const Value& one : sources->as<List>()) {
      const auto& text = one.as<std::string>();
      unsigned char bytes[sizeof(in6_addr)];
      if (inet_pton(AF_INET, text.c_str(), bytes) != 1 &&
          inet_pton(AF_INET6, text.c_str(), bytes) != 1)
        mistake(one, fmt::format("{} is not an IP address", shown(text)),
                "write a local address such as 192.0.2.10");
      target.source_addresses.push_back(text);
    }
  }

  void headers(const Object& words, Target& target) {
    const Value* written = words.find("headers");
    if (!written) return;
    for (const auto& [name, value] : written->as<Object>().members) {
      const auto& text = value.as<std::string>();
      if (std::string why = header_mistake(name, text); !why.empty())
        mistake(value, fmt::format("{} cannot be sent as a header", shown(name)), std::move(why));
      target.headers.add(name, text);
    }
  }

  void command_line(Target& target) {
    for (const auto& one : options_.targets) {
      if (!is_for(one, target.name)) continue;
      if (one.url) target.url = *one.url;
      if (one.address) target.address = *one.address;
    }
    if (options_.ca) target.ca = *options_.ca;
    if (options_.certificate || options_.key) {
      target.certificate = options_.certificate.value_or("");
      target.key = options_.key.value_or("");
    }
    if (options_.sni) target.sni = *options_.sni;
    if (options_.http) target.http = *options_.http;
    if (options_.insecure) target.insecure = *options_.insecure;
    if (options_.timeout) target.timeout = *options_.timeout;
    for (const auto& [name, value] : options_.headers.fields) target.headers.set(name, value);
    target.ip_version = options_.ip_version;
  }

  const Object& top_;
  const std::string& file_;
  const LoadOptions& options_;
  const DecodeContext& context_;
  Errors& errors_;
};

bool is_map(const Node* node) { return node && node->kind == Node::Kind::map; }

/// The map of that target in the file: its own under `targets`, else the one under `target`.
const Node* map_of(const Node& root, const std::string& name) {
  const Node* several = root.find("targets");
  const Node* found = is_map(several) ? several->find(name) : root.find("target");
  return is_map(found) ? found : nullptr;
}

/// What the command line says of targets must fit those that there are.
void review_names(const TargetNames& targets, const LoadOptions& options, Errors& errors) {
  for (const auto& one : options.targets) {
    const bool known = std::ranges::find(targets.names, one.name) != targets.names.end();
    if (one.name.empty() && one.url && targets.names.size() > 1)
      errors.push_back(
          {"the command line gives a URL without saying for which target",
           fmt::format("write --target NAME=URL, with {} as the name", one_of(targets.names))});
    // A lab's is meant for all of them.
    if (one.name.empty() && one.address && !options.url_without_target && targets.names.size() > 1)
      errors.push_back(
          {"the command line gives an address without saying for which target",
           fmt::format("write --address NAME=HOST:PORT, with {} as the name: at one address they "
                       "would all be the same",
                       one_of(targets.names))});
    if (one.name.empty() || known) continue;
    if (targets.given)
      errors.push_back({fmt::format("the command line names a target {}, which the scenario lacks",
                                    shown(one.name)),
                        words_hint(one.name, targets.names)});
    else
      errors.push_back(
          {fmt::format("the command line names a target {}, but the scenario's one has no name",
                       shown(one.name)),
           "leave the name out; --target NAME=URL twice or more makes several targets"});
  }
}

/// Shapes and names of `target` and `targets`, apart from what is in each.
void review_shapes(const Node& root, const LoadOptions& options, Errors& errors) {
  const auto wrong = [&](const Node& node, std::string_view name, std::string_view example) {
    errors.push_back(
        {fmt::format("{} must be a map", name), fmt::format("write {}", example), node.place});
  };
  if (const Node* one = root.find("target"); one && !is_map(one))
    wrong(*one, "target", "target: {url: http://HOST}");
  const Node* several = root.find("targets");
  if (several && (!is_map(several) || several->pairs.empty()))
    wrong(*several, "targets", "targets: {old: {url: http://HOST}, new: {url: http://HOST}}");
  review_names(target_names(root, options), options, errors);
  if (!is_map(several)) return;
  if (several->pairs.size() > most_targets)
    errors.push_back({fmt::format("more than {} targets", most_targets), "write several scenarios",
                      several->place});
  for (const auto& [key, node] : several->pairs) {
    const bool plain = key.text.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
                       std::string::npos;
    if (!plain || key.text.empty())
      errors.push_back({fmt::format("{} cannot name a target", shown(key.text)),
                        "use letters, digits and . _ -", key.place});
    if (!is_map(&node)) wrong(node, key.text, key.text + ": {url: http://HOST}");
  }
}

/// Whether some key is probably meant to be `target`; it was told already.
bool misspelt_target(const Node& root) {
  return std::any_of(root.pairs.begin(), root.pairs.end(), [](const auto& pair) {
    const std::string& key = pair.key.text;
    return key != "target" && key != "targets" && !nearest(key, {"target", "targets"}).empty();
  });
}

bool url_given(const std::string& name, const Node* node, const LoadOptions& options) {
  if ((node && node->find("url")) || options.url_without_target) return true;
  return std::any_of(options.targets.begin(), options.targets.end(),
                     [&](const auto& one) { return is_for(one, name) && one.url; });
}

}  // namespace

TargetNames target_names(const Node& root, const LoadOptions& options) {
  TargetNames found;
  if (const Node* several = root.find("targets")) {
    for (const auto& [key, node] : several->pairs) found.names.push_back(key.text);
    if (found.names.size() > most_targets) found.names.resize(most_targets);
    found.given = true;
    return found;
  }
  for (const auto& one : options.targets)
    if (!one.name.empty() && one.url &&
        std::find(found.names.begin(), found.names.end(), one.name) == found.names.end())
      found.names.push_back(one.name);
  found.given = found.names.size() > 1;
  if (!found.given) found.names = {Target{}.name};
  return found;
}

std::vector<Target> read_targets(const Node& root, const Object& top, const std::string& file,
                                 const LoadOptions& options, const DecodeContext& context,
                                 Errors& errors) {
  review_shapes(root, options, errors);
  TargetReader reader(top, file, options, context, errors);
  std::vector<Target> targets;
  const Node* beside_targets = root.find("targets") ? root.find("target") : nullptr;
  if (is_map(beside_targets)) reader.read("target", *beside_targets);  // for its mistakes alone
  for (const std::string& name : target_names(root, options).names) {
    const Node* node = map_of(root, name);
    const bool wrong_shape = !node && (root.find("target") || root.find("targets"));
    if (wrong_shape) continue;
    if (!url_given(name, node, options) && !misspelt_target(root))
      errors.push_back(
          {node ? "the target has no url"
                : "the scenario has no target: it does not say where to send",
           "write target: {url: http://HOST}, or give one on the command line: --target URL, or "
           "--lab nginx for a practice ingress",
           node ? node->place : root.place});
    Node nothing;
    nothing.kind = Node::Kind::map;
    nothing.place = root.place;
    targets.push_back(reader.read(name, node ? *node : nothing));
  }
  return targets;
}

}  // namespace ingress_check
