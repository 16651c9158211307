#include "checks/routing/exchange/steps.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ingress_check::exchange {

namespace {

constexpr std::size_t longest_capture = 4096;

Field word(std::string name, Kind kind, std::string about, std::string example = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .about = std::move(about),
          .example = std::move(example)};
}

Field holding(Field field, std::vector<Field> inner, std::vector<KeyRule> rules = {}) {
  field.fields = std::move(inner);
  field.rules = std::move(rules);
  return field;
}

Field capture_field() {
  return holding(
      word("capture", Kind::map, "values of the answer that later steps use as {{name}}",
           "{token: {json: /token}}"),
      {holding(word("", Kind::object, "where the value stands"),
               {word("header", Kind::text, "the value of this header", "X-Token"),
                word("json", Kind::text, "a JSON pointer into the body (RFC 6901)", "/token"),
                word("cookie", Kind::text, "the value of this cookie in Set-Cookie", "session"),
                word("body", Kind::pattern, "the first group of this pattern in the body",
                     "token=(\\w+)")},
               {{KeyRule::Kind::exactly_one, {"header", "json", "cookie", "body"}}})});
}

Field retry_field() {
  auto within = word("within", Kind::duration, "for how long", "30s");
  within.required = true;
  within.least = 0.1;
  within.most = 900;
  auto only = word("only", Kind::statuses, "statuses that are asked again", "[404, 503]");
  only.fallback = "[404, 502, 503, 504]";
  return holding(word("retry", Kind::object,
                      "send again while the answer has one of these statuses, or none comes"),
                 {std::move(within), std::move(only)});
}

std::vector<Capture> captures_of(const Object& words) {
  std::vector<Capture> all;
  const auto* map = words.find("capture");
  if (!map || !map->is<Object>()) return all;
  static const std::vector<std::pair<std::string, Capture::From>> ways = {
      {"header", Capture::From::header},
      {"json", Capture::From::json},
      {"cookie", Capture::From::cookie},
      {"body", Capture::From::body}};
  for (const auto& [name, value] : map->as<Object>().members) {
    if (!value.is<Object>()) continue;
    for (const auto& [key, from] : ways)
      if (const auto* what = value.as<Object>().find(key))
        all.push_back({name, what->place, from, what->as<std::string>()});
  }
  return all;
}

void read_connection(const Object& words, Request& request) {
  request.client = words.text("client");
  request.source_address = words.text("source-address");
  if (words.text("connection") == "kept") request.reuse = Reuse::kept;
  const auto http = words.text("http");
  if (http == "1.1") request.http = HttpVersion::http1;
  if (http == "2") request.http = HttpVersion::http2;
  if (http == "h2c") request.http = HttpVersion::h2c;
  if (words.has("timeout")) request.timeout = words.duration("timeout", Duration::zero());
  const auto* retry = words.find("retry");
  if (!retry || !retry->is<Object>()) return;
  const auto& again = retry->as<Object>();
  request.retry_within = again.duration("within", Duration::zero());
  if (const auto* only = again.find("only"); only && only->is<Statuses>())
    request.retry_statuses = only->as<Statuses>();
}

std::set<std::string> names_in(const Request& request) {
  auto names = exchange::names_in(request.url.path);
  names.merge(exchange::names_in(request.body));
  for (const auto& field : request.headers.fields) names.merge(exchange::names_in(field.second));
  return names;
}

/// Calls `replace` for each {{name}} of the text; its answer stands in the result instead.
template <class Replace>
std::string replaced(std::string_view text, Replace replace) {
  std::string out;
  while (true) {
    const auto from = text.find("{{");
    const auto to = from == std::string_view::npos ? from : text.find("}}", from);
    if (to == std::string_view::npos) return out.append(text);
    auto name = text.substr(from + 2, to - from - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    out.append(text.substr(0, from)).append(replace(std::string(name)));
    text.remove_prefix(to + 2);
  }
}

std::string percent_encoded(const std::string& value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte > 0x20 && byte < 0x7f && c != '%' && c != '#' && c != '?' && c != '"';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::optional<std::string> from_json(const std::string& body, const std::string& pointer) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  try {
    const auto path = pointer.starts_with('/') ? pointer : "/" + pointer;
    const auto& value = json.at(nlohmann::json::json_pointer(path));
    if (value.is_string()) return value.get<std::string>();
    if (value.is_structured() || value.is_null()) return std::nullopt;
    return value.dump();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // the library throws for a pointer that leads nowhere
  }
}

std::optional<std::string> from_cookie(const Headers& headers, const std::string& name) {
  for (const auto value : headers.all("Set-Cookie"))
    if (value.starts_with(name + "="))
      return std::string(value.substr(name.size() + 1, value.find(';') - name.size() - 1));
  return std::nullopt;
}

std::optional<std::string> from_body(const std::string& body, const std::string& pattern) {
  const RE2 regex(pattern, RE2::Quiet);
  std::string value;
  if (!regex.ok() || regex.NumberOfCapturingGroups() < 1) return std::nullopt;
  if (!RE2::PartialMatch(body, regex, &value)) return std::nullopt;
  return value;
}

std::optional<std::string> raw(const Capture& capture, const Exchange& exchange) {
  switch (capture.from) {
    case Capture::From::header:
      if (const auto value = exchange.headers.find(capture.what)) return std::string(*value);
      return std::nullopt;
    case Capture::From::json:
      return from_json(exchange.body, capture.what);
    case Capture::From::cookie:
      return from_cookie(exchange.headers, capture.what);
    case Capture::From::body:
      return from_body(exchange.body, capture.what);
  }
  return std::nullopt;
}

}  // namespace

std::string StepWords::title() const {
  return name.empty() ? fmt::format("step {}", number) : fmt::format("step {} ({})", number, name);
}

std::vector<KeyRule> step_rules() { return {}; }

std::vector<Field> step_fields() {
  auto send = holding(word("send", Kind::object, "the request", "{path: /app1}"), request_fields(),
                      request_rules());
  send.required = true;
  auto http = word("http", Kind::word, "the protocol, instead of the target's");
  http.words = {"1.1", "2", "h2c"};
  auto connection = word("connection", Kind::word, "a new connection, or the client's last one");
  connection.words = {"fresh", "kept"};
  connection.fallback = "fresh";
  auto timeout = word("timeout", Kind::duration, "instead of the target's", "70s");
  timeout.least = 0.01;
  timeout.most = 3600;
  return {word("name", Kind::text, "what the step does", "log in"),
          std::move(send),
          holding(word("expect", Kind::object, "the answer; 2xx if nothing is said"),
                  expectation_fields()),
          capture_field(),
          retry_field(),
          word("client", Kind::text, "whose cookies and kept-alive connections are used", "alice"),
          std::move(connection),
          std::move(http),
          word("source-address", Kind::text, "local IP address to send from", "192.0.2.7"),
          std::move(timeout)};
}

std::vector<StepWords> read_steps(const Params& params, const Target& target) {
  std::vector<StepWords> steps;
  for (const auto& item : params.at("steps").as<List>()) {
    const auto& words = item.as<Object>();
    StepWords step;
    step.number = steps.size() + 1;
    step.name = words.text("name");
    step.place = item.place;
    const auto* send = words.find("send");
    const auto* expect = words.find("expect");
    const Object none;
    step.request = read_request(send && send->is<Object>() ? send->as<Object>() : none, target);
    read_connection(words, step.request);
    step.expected =
        read_expectation(expect && expect->is<Object>() ? expect->as<Object>() : none, item.place);
    step.captures = captures_of(words);
    step.needs = names_in(step.request);
    steps.push_back(std::move(step));
  }
  return steps;
}

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  replaced(text, [&](const std::string& name) {
    names.insert(name);
    return std::string();
  });
  return names;
}

Request fill(const Request& request, const Captured& captured) {
  const auto value = [&](const std::string& name) {
    const auto found = captured.find(name);
    return found == captured.end() ? std::string() : found->second;
  };
  auto filled = request;
  filled.url.path =
      replaced(request.url.path, [&](const auto& name) { return percent_encoded(value(name)); });
  filled.body = replaced(request.body, value);
  for (auto& field : filled.headers.fields) field.second = replaced(field.second, value);
  return filled;
}

std::optional<std::string> take(const Capture& capture, const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok) return std::nullopt;
  auto value = raw(capture, exchange);
  if (!value || value->size() > longest_capture) return std::nullopt;
  const bool control = std::ranges::any_of(
      *value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return control ? std::nullopt : value;
}

std::vector<std::vector<std::size_t>> phases_of(const std::vector<StepWords>& steps) {
  std::vector<std::vector<std::size_t>> phases;
  std::set<std::string> caught;  // by the phase that is being filled
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool waits = std::ranges::any_of(steps[i].needs,
                                           [&](const auto& name) { return caught.contains(name); });
    if (phases.empty() || waits) {
      phases.emplace_back();
      caught.clear();
    }
    phases.back().push_back(i);
    for (const auto& capture : steps[i].captures) caught.insert(capture.name);
  }
  return phases;
}

}  // namespace ingress_check::exchange
