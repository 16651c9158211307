#include "harness/answered_by.h"

#include <re2/re2.h>

#include <nlohmann/json.hpp>

namespace ingress_check {
namespace {

using nlohmann::json;

constexpr std::size_t kTextLimit = 128;
constexpr std::size_t kSeenLimit = 4096;
constexpr std::size_t kSeenFields = 256;

std::string cut(std::string_view text, std::size_t limit = kTextLimit) {
  return std::string(text.substr(0, limit));
}

/// The body as JSON, parsed once and only if somebody asks.
class Body {
 public:
  explicit Body(const std::string& text) : text_(text) {}

  const json& as_json() {
    if (!parsed_) parsed_ = json::parse(text_, nullptr, false);
    return *parsed_;
  }
  const std::string& text() const { return text_; }

 private:
  const std::string& text_;
  std::optional<json> parsed_;
};

const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const json* value) {
  if (!value) return {};
  if (value->is_string()) return value->get_ref<const std::string&>();
  if (value->is_number_integer()) return std::to_string(value->get<std::int64_t>());
  return {};
}

/// `where` is a JSON pointer (RFC 6901) or the plain name of a member.
std::string at(const json& document, const std::string& where) {
  if (where.empty() || document.is_discarded()) return {};
  if (where[0] != '/') return cut(text_of(member(document, where.c_str())));
  try {
    const json::json_pointer pointer(where);
    return document.contains(pointer) ? cut(text_of(&document.at(pointer))) : std::string();
  } catch (const json::exception&) {  // the pointer is not one
    return {};
  }
}

void match(const std::string& pattern, const std::string& text, Answerer& found) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(pattern, options);
  if (!regex.ok()) return;
  const int count = 1 + regex.NumberOfCapturingGroups();
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(count));
  if (!regex.Match(text, 0, text.size(), RE2::UNANCHORED, groups.data(), count)) return;
  for (const auto& [name, index] : regex.NamedCapturingGroups()) {
    const auto& group = groups[static_cast<std::size_t>(index)];
    std::string& into = name == "pod" ? found.pod : found.service;
    if ((name == "pod" || name == "service") && into.empty())
      into = cut({group.data(), group.size()});
  }
}

Answerer answerer(const Identity& identity, const Exchange& exchange, Body& body) {
  Answerer found;
  const auto header = [&](const std::string& name) {
    return name.empty() ? std::string() : cut(exchange.headers.find(name).value_or(""));
  };
  found.pod = header(identity.pod_header);
  found.service = header(identity.service_header);
  if (found.pod.empty() && !identity.pod_json.empty())
    found.pod = at(body.as_json(), identity.pod_json);
  if (found.service.empty() && !identity.service_json.empty())
    found.service = at(body.as_json(), identity.service_json);
  if (!identity.body.empty()) match(identity.body, body.text(), found);
  return found;
}

void add_headers(const json& headers, Headers& into) {
  if (!headers.is_object()) return;
  for (const auto& [name, value] : headers.items()) {
    if (into.fields.size() >= kSeenFields) return;
    if (value.is_array()) {
      for (const auto& one : value) {
        if (into.fields.size() >= kSeenFields) return;
        into.add(cut(name), cut(text_of(&one), kSeenLimit));
      }
    } else {
      into.add(cut(name), cut(text_of(&value), kSeenLimit));
    }
  }
}

/// Reads both forms that echo applications use: `path` and `host`, or a whole `url` as httpbin has.
std::optional<Seen> seen_in(const json& document) {
  if (!document.is_object() || !member(document, "headers")) return std::nullopt;
  Seen seen;
  seen.method = cut(text_of(member(document, "method")));
  seen.path = cut(text_of(member(document, "path")), kSeenLimit);
  seen.host = cut(text_of(member(document, "host")), kSeenLimit);
  seen.protocol = cut(text_of(member(document, "proto")));
  add_headers(*member(document, "headers"), seen.headers);
  const std::string url = text_of(member(document, "url"));
  if (const auto scheme = url.find("://"); seen.path.empty() && scheme != url.npos) {
    const auto slash = url.find('/', scheme + 3);
    seen.path = slash == url.npos ? "/" : cut(std::string_view(url).substr(slash), kSeenLimit);
  }
  if (seen.host.empty()) seen.host = seen.headers.find("Host").value_or("");
  return seen;
}

bool valid_body_for_json(const Exchange& exchange) {
  return !exchange.body.empty() && exchange.body.size() == exchange.body_size;
}

}  // namespace

void identify(const AnsweredBy& answered_by, Exchange& exchange) {
  exchange.who = {};
  exchange.seen.reset();
  if (exchange.outcome != Outcome::ok) return;
  Body body(exchange.body);
  bool sees = answered_by.any.sees;
  exchange.who = answerer(answered_by.any, exchange, body);
  for (const auto& [service, identity] : answered_by.by_service) {
    sees = sees || identity.sees;
    if (!exchange.who.pod.empty() && !exchange.who.service.empty()) break;
    const Answerer found = answerer(identity, exchange, body);
    if (found.pod.empty() && found.service.empty()) continue;
    if (exchange.who.pod.empty()) exchange.who.pod = found.pod;
    // What only this service's own way could read was answered by this service.
    if (exchange.who.service.empty())
      exchange.who.service = found.service.empty() ? service : found.service;
  }
  if (sees && valid_body_for_json(exchange)) exchange.seen = seen_in(body.as_json());
}

const std::vector<IdentityPreset>& identity_presets() {
  static const std::vector<IdentityPreset> presets = [] {
    std::vector<IdentityPreset> all;
    const auto add = [&all](std::string name, std::string about, Identity identity) {
      identity.preset = name;
      all.push_back({std::move(name), std::move(about), std::move(identity)});
    };
    Identity echo;
    echo.pod_header = "X-Echo-Pod";
    echo.service_header = "X-Echo-Service";
    echo.pod_json = "pod";
    echo.service_json = "service";
    echo.sees = true;
    add("echo", "the echo pods of the practice labs", echo);
    Identity basic;
    basic.pod_json = "pod";
    basic.service_json = "service";
    basic.sees = true;
    add("echo-basic", "the echo server of the Gateway API conformance tests", basic);
    Identity hostname;
    hostname.body = R"((?m)^Hostname: (?P<pod>\S+))";
    add("echoserver",
        "echoserver of Kubernetes (1.5 and later), which begins with Hostname:", hostname);
    add("whoami", "traefik/whoami", hostname);
    add("hello", "hello-app of Google's Kubernetes samples", hostname);
    Identity podinfo;
    podinfo.pod_json = "hostname";
    add("podinfo", "stefanprodan/podinfo, at /", podinfo);
    Identity guestbook;
    guestbook.pod_json = "HOSTNAME";
    add("guestbook", "the Kubernetes guestbook in Go, at /env", guestbook);
    Identity httpbin;
    httpbin.sees = true;
    add("httpbin", "httpbin at /anything: tells what it saw, not which pod it is", httpbin);
    return all;
  }();
  return presets;
}

std::optional<Identity> identity_preset(const std::string& name) {
  for (const auto& preset : identity_presets())
    if (preset.name == name) return preset.identity;
  return std::nullopt;
}

}  // namespace ingress_check
