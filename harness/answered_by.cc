#include "harness/answered_by.h"

#include <re2/re2.h>

#include <array>
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

/// Members of the outermost object, read from its beginning no further than to the last that is
/// asked for.
class Members : public nlohmann::json_sax<json> {
 public:
  static constexpr std::size_t most = 2;

  void ask(const std::string& name) { asked_[count_++] = &name; }
  bool asks() const { return count_ > 0; }
  /// Empty: there is no such text or number.
  const std::string& found(const std::string& name) const {
    static const std::string none;
    for (std::size_t i = 0; i < count_; ++i)
      if (asked_[i] == &name) return found_[i];
    return none;
  }
  void read(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != text.npos && text[first] == '{') json::sax_parse(text.begin(), text.end(), this);
  }

  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(std::string& name) override {
    at_ = most;
    for (std::size_t i = 0; depth_ == 1 && i < count_; ++i)
      if (*asked_[i] == name) at_ = i;
    return true;
  }
  bool string(std::string& text) override { return value(text); }
  bool number_integer(std::int64_t number) override { return value(std::to_string(number)); }
  bool number_unsigned(std::uint64_t number) override { return value(std::to_string(number)); }
  bool null() override { return value({}); }
  bool boolean(bool) override { return value({}); }
  bool number_float(double, const std::string&) override { return value({}); }
  bool binary(json::binary_t&) override { return value({}); }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

 private:
  bool enter() {
    at_ = most;
    return ++depth_ < 64;
  }
  bool leave() {
    --depth_;
    return depth_ > 0;
  }
  /// False when all is known: then the rest is not read.
  bool value(const std::string& text) {
    if (depth_ != 1 || at_ == most) return true;
    found_[at_] = cut(text);
    at_ = most;
    return ++known_ < count_;
  }

  std::array<const std::string*, most> asked_{};
  std::array<std::string, most> found_;
  std::size_t count_ = 0, known_ = 0, at_ = most;
  int depth_ = 0;
};

/// `where` is a JSON pointer (RFC 6901).
std::string pointed_at(const json& document, const std::string& where) {
  if (document.is_discarded()) return {};
  try {
    const json::json_pointer pointer(where);
    return document.contains(pointer) ? cut(text_of(&document.at(pointer))) : std::string();
  } catch (const json::exception&) {  // the pointer is not one
    return {};
  }
}

bool is_pointer(const std::string& where) { return where.starts_with('/'); }

std::unique_ptr<RE2> compiled(const std::string& pattern) {
  if (pattern.empty()) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_unique<RE2>(pattern, options);
  return regex->ok() ? std::move(regex) : nullptr;
}

int group_of(const RE2* regex, const std::string& name) {
  if (!regex) return 0;
  const auto& groups = regex->NamedCapturingGroups();
  const auto found = groups.find(name);
  return found == groups.end() ? 0 : found->second;
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

/// One way in which answers name who made them.
struct Identifier::Way {
  std::string service;  ///< whose own way it is; empty: the general one
  Identity identity;
  std::unique_ptr<RE2> pattern;
  int pod_group = 0, service_group = 0;  ///< 0: the pattern has none

  Way(std::string whose, const Identity& how)
      : service(std::move(whose)),
        identity(how),
        pattern(compiled(how.body)),
        pod_group(group_of(pattern.get(), "pod")),
        service_group(group_of(pattern.get(), "service")) {}

  Answerer read(const Headers& headers, std::string_view body) const {
    Answerer found;
    const auto header = [&headers](const std::string& name) {
      return name.empty() ? std::string() : cut(headers.find(name).value_or(""));
    };
    found.pod = header(identity.pod_header);
    found.service = header(identity.service_header);
    read_json(body, found);
    if (pattern) match(body, found);
    return found;
  }

 private:
  void read_json(std::string_view body, Answerer& found) const {
    Members members;
    std::optional<json> document;
    const auto ask = [&](const std::string& known, const std::string& where) {
      if (!known.empty() || where.empty()) return;
      if (!is_pointer(where)) return members.ask(where);
      if (!document) document = json::parse(body, nullptr, false);
    };
    const auto take = [&](std::string& known, const std::string& where) {
      if (!known.empty() || where.empty()) return;
      known = is_pointer(where) ? pointed_at(*document, where) : members.found(where);
    };
    ask(found.pod, identity.pod_json);
    ask(found.service, identity.service_json);
    if (members.asks()) members.read(body);
    take(found.pod, identity.pod_json);
    take(found.service, identity.service_json);
  }

  void match(std::string_view body, Answerer& found) const {
    const int count = 1 + std::max(pod_group, service_group);
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(count));
    const re2::StringPiece text(body.data(), body.size());
    if (!pattern->Match(text, 0, text.size(), RE2::UNANCHORED, groups.data(), count)) return;
    const auto take = [&groups](int group, std::string& into) {
      if (group == 0 || !into.empty()) return;
      const auto& piece = groups[static_cast<std::size_t>(group)];
      into = cut({piece.data(), piece.size()});
    };
    take(pod_group, found.pod);
    take(service_group, found.service);
  }
};

Identifier::Identifier(const AnsweredBy& answered_by) : sees_(answered_by.any.sees) {
  ways_.push_back(std::make_unique<Way>("", answered_by.any));
  for (const auto& [service, identity] : answered_by.by_service) {
    ways_.push_back(std::make_unique<Way>(service, identity));
    sees_ = sees_ || identity.sees;
  }
}
Identifier::~Identifier() = default;

Answerer Identifier::who(const Headers& headers, std::string_view body) const {
  Answerer known;
  for (const auto& way : ways_) {
    if (!known.pod.empty() && !known.service.empty()) break;
    const Answerer found = way->read(headers, body);
    if (found.pod.empty() && found.service.empty()) continue;
    if (known.pod.empty()) known.pod = found.pod;
    // What only this service's own way could read was answered by this service.
    if (known.service.empty()) known.service = found.service.empty() ? way->service : found.service;
  }
  return known;
}

void Identifier::identify(Exchange& exchange) const {
  exchange.who = {};
  exchange.seen.reset();
  if (exchange.outcome != Outcome::ok) return;
  exchange.who = who(exchange.headers, exchange.body);
  if (sees_ && valid_body_for_json(exchange))
    exchange.seen = seen_in(json::parse(exchange.body, nullptr, false));
}

void identify(const AnsweredBy& answered_by, Exchange& exchange) {
  Identifier(answered_by).identify(exchange);
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
