#include "harness/commands/draft/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/commands/draft/annotations.h"
#include "scenarios/url.h"
#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

constexpr YamlLimits limits{.bytes = 4 << 20};
constexpr std::size_t most_documents = 1000;

struct Keys {
  const char* where;
  std::vector<std::string> known;
};
const Keys spec_keys{"spec", {"ingressClassName", "defaultBackend", "backend", "tls", "rules"}};
const Keys rule_keys{"a rule", {"host", "http"}};
const Keys http_keys{"http", {"paths"}};
const Keys path_keys{"a path", {"path", "pathType", "backend"}};
const Keys backend_keys{"backend", {"service", "resource", "serviceName", "servicePort"}};
const Keys tls_keys{"tls", {"hosts", "secretName"}};

/// Where a key belongs that stands elsewhere.
const std::map<std::string, std::string> homes = {
    {"ingressClassName", "spec"},
    {"defaultBackend", "spec"},
    {"rules", "spec"},
    {"tls", "spec"},
    {"host", "an item of spec.rules"},
    {"http", "an item of spec.rules, beside host"},
    {"paths", "http, in an item of spec.rules"},
    {"path", "an item of http.paths"},
    {"pathType", "an item of http.paths, beside path"},
    {"backend", "an item of http.paths, beside path"},
    {"service", "backend"},
    {"port", "backend.service"},
    {"hosts", "an item of spec.tls"},
    {"secretName", "an item of spec.tls, beside hosts"},
    {"annotations", "metadata"}};

std::string text_of(const Node* node) {
  return node && node->kind == Node::Kind::scalar ? node->text : "";
}

bool is_regex(const std::string& path) { return path.find_first_of("()[]*+?^$|\\") != path.npos; }

class ManifestReader {
 public:
  ManifestReader(Sketch& sketch, Errors& errors) : sketch_(sketch), errors_(errors) {}

  void object(const Node& node) {
    if (node.kind != Node::Kind::map) return wrong(node, "is no Kubernetes object", "");
    const std::string kind = text_of(node.find("kind"));
    if (kind == "List" || kind == "IngressList") {
      if (const Node* items = node.find("items"))
        for (const auto& item : items->items) object(item);
    } else if (kind == "Ingress") {
      ingress(node);
    } else if (kind.empty()) {
      wrong(node, "has no kind", "write kind: Ingress at the column of apiVersion");
    } else {
      const Node* metadata = node.find("metadata");
      sketch_.remark(
          fmt::format("{} {}: no Ingress", kind, metadata ? text_of(metadata->find("name")) : ""));
    }
  }

 private:
  void wrong(const Node& node, const std::string& what, const std::string& hint) {
    const std::string subject = node.text.empty() ? "this" : node.text;
    errors_.push_back({subject + " " + what, hint, node.place});
  }

  void check_keys(const Node& node, const Keys& keys) {
    for (const auto& [key, value] : node.pairs) {
      if (std::ranges::find(keys.known, key.text) != keys.known.end()) continue;
      const auto home = homes.find(key.text);
      wrong(key, fmt::format("does not belong in {}", keys.where),
            home != homes.end()
                ? fmt::format("it belongs in {}: mend the indentation", home->second)
                : "kubectl would refuse it, or drop it without a word");
    }
  }

  void api_version(const Node& node) {
    const Node* version = node.find("apiVersion");
    if (!version) return wrong(node, "has no apiVersion", "write apiVersion: networking.k8s.io/v1");
    if (version->text == "networking.k8s.io/v1") return;
    const bool removed =
        version->text == "extensions/v1beta1" || version->text == "networking.k8s.io/v1beta1";
    wrong(*version,
          removed ? "is not served any more, since Kubernetes 1.22" : "is no version of Ingress",
          removed ? "write networking.k8s.io/v1, a pathType for each path, and backend: {service: "
                    "{name: NAME, port: {number: N}}}"
                  : "write networking.k8s.io/v1");
  }

  void ingress(const Node& node) {
    api_version(node);
    const Node* metadata = node.find("metadata");
    name_ = metadata ? text_of(metadata->find("name")) : "";
    if (sketch_.name.empty()) sketch_.name = name_;
    const Node* spec = node.find("spec");
    if (!spec || spec->kind != Node::Kind::map)
      return wrong(node, "has no spec", "write spec: at the column of kind, its rules below it");
    for (const auto& [key, value] : node.pairs)
      if (homes.contains(key.text))
        wrong(key, "stands beside spec",
              fmt::format("it belongs in {}: mend the indentation", homes.at(key.text)));
    check_keys(*spec, spec_keys);
    const std::size_t before = sketch_.routes.size();
    annotations_ = read_annotations(metadata ? metadata->find("annotations") : nullptr);
    tls(spec->find("tls"));
    if (const Node* backend =
            spec->find("defaultBackend") ? spec->find("defaultBackend") : spec->find("backend"))
      sketch_.remark(
          fmt::format("Ingress {}: service {} for all that no rule names: add a path that "
                      "none does",
                      name_, service(*backend)));
    if (const Node* rules = spec->find("rules"))
      for (const auto& one : rules->items) rule(one);
    add_checks(annotations_, name_, before, sketch_);
  }

  void tls(const Node* list) {
    if (!list) return;
    for (const auto& item : list->items) {
      check_keys(item, tls_keys);
      const Node* hosts = item.find("hosts");
      if (!hosts) {
        sketch_.remark(
            fmt::format("Ingress {}: tls without hosts: the default certificate", name_));
        continue;
      }
      for (const auto& host : hosts->items)
        if (!sketch_.has_tls(host.text)) sketch_.tls_hosts.push_back(host.text);
    }
  }

  void rule(const Node& node) {
    check_keys(node, rule_keys);
    const std::string host = text_of(node.find("host"));
    if (host.starts_with("*."))
      return sketch_.remark(fmt::format(
          "Ingress {}: host {}: write routes with a url: of a name that it covers", name_, host));
    if (!host.empty() && !parse_url("http://" + host + "/"))
      return wrong(*node.find("host"), "is no host name", "write a name like shop.example");
    const Node* http = node.find("http");
    if (!http) return;
    check_keys(*http, http_keys);
    if (const Node* paths = http->find("paths"))
      for (const auto& one : paths->items) path(host, one);
  }

  void path(const std::string& host, const Node& node) {
    check_keys(node, path_keys);
    const std::string type = text_of(node.find("pathType"));
    const Node* written = node.find("path");
    const std::string path = written ? written->text : "/";
    const Node* backend = node.find("backend");
    if (backend) check_keys(*backend, backend_keys);
    if (!path.starts_with('/'))
      return wrong(*written, "is no path", "a path begins with /: write /" + path);
    if (is_regex(path) || !parse_url("http://ingress" + path))
      return sketch_.remark(fmt::format(
          "Ingress {}: path {} is a pattern: write a path that it should take", name_, path));
    const std::string to = backend ? service(*backend) : "";
    sketch_.add({host, path, to, ""});
    // A plain text is a pattern that it fits itself.
    if (annotations_.regex)
      sketch_.remark(fmt::format(
          "Ingress {}: its paths are patterns that fit the beginning of a path, without regard to "
          "case: {} also takes {}x",
          name_, path, path));
    else if (type == "Prefix" && path != "/")
      sketch_.remark(fmt::format("Ingress {}: {} also takes what lies below it, and not {}x", name_,
                                 path, path));
  }

  static std::string service(const Node& backend) {
    if (const Node* named = backend.find("service")) return text_of(named->find("name"));
    return text_of(backend.find("serviceName"));
  }

  Sketch& sketch_;
  Errors& errors_;
  std::string name_;
  Annotations annotations_;
};

struct Document {
  std::size_t lines_before = 0;
  std::string_view text;
};

/// The documents of a file, without those that hold nothing but comments.
std::vector<Document> documents(std::string_view text) {
  std::vector<Document> all;
  std::size_t lines = 0;
  Document open{0, text.substr(0, 0)};
  bool empty = true;
  const auto close = [&] {
    if (!empty) all.push_back(open);
  };
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    ++lines;
    text.remove_prefix(end);
    if (line.starts_with("---") && line.find_first_not_of("- \t\r\n") == line.npos) {
      close();
      open = {lines, text.substr(0, 0)};
      empty = true;
    } else {
      const auto first = line.find_first_not_of(" \t\r\n");
      empty = empty && (first == line.npos || line[first] == '#');
      open.text = {open.text.data(), open.text.size() + line.size()};
    }
  }
  close();
  return all;
}

}  // namespace

bool is_manifest(std::string_view text) {
  for (const std::string_view key : {"apiVersion", "kind"})
    for (auto at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
      const auto line = text.rfind('\n', at) + 1;  // npos + 1 is the begin
      const bool first = text.substr(line, at - line).find_first_not_of(" \t\"{-") == text.npos;
      const auto after = text.find_first_not_of("\" \t", at + key.size());
      if (first && after != text.npos && text[after] == ':') return true;
    }
  return false;
}

Errors read_manifest(std::string_view text, const std::string& file, Sketch& sketch) {
  const auto all = documents(text);
  if (text.size() > limits.bytes || all.size() > most_documents)
    return {Error{fmt::format("{} is longer than a manifest may be", file),
                  fmt::format("split it: {} MiB and {} documents are read at once",
                              limits.bytes >> 20, most_documents)}};
  Errors errors;
  ManifestReader reader(sketch, errors);
  for (const auto& document : all) {
    // Line breaks before it: places are then those of the file, in every message.
    const std::string padded =
        std::string(document.lines_before, '\n') + std::string(document.text);
    auto read = read_yaml(padded, file, limits);
    if (read) {
      reader.object(*read);
      continue;
    }
    for (auto& error : read.error()) {
      if (error.hint.empty())
        error.hint = "the keys of one object begin in one column, their values further right";
      errors.push_back(std::move(error));
    }
  }
  return errors;
}

}  // namespace ingress_check
