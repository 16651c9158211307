#include "checks/routing/exchange/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/word.h"

namespace ingress_check::exchange {

namespace {

Field capture_field() {
  return holding(
      word("capture", Kind::map,
           "values of the answer that later steps use as {{name}}, in `send` and in texts of "
           "`expect` that are no pattern",
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

void note_names(const std::string& text, std::set<std::string>& names) {
  replaced(text, [&](const std::string& name) {
    names.insert(name);
    return std::string();
  });
}

std::string filled_in(const std::string& text, bool in_path, const Captured& captured) {
  return replaced(text, [&](const std::string& name) {
    const auto found = captured.find(name);
    if (found == captured.end()) return std::string();
    return in_path ? percent_encoded(found->second) : found->second;
  });
}

/// Calls `visit` with every text that must be equal, or with every pattern, and whether it is a
/// path.
template <class Visit>
void each_text(Expectation& expected, Visit visit, bool patterns = false) {
  const auto match = [&](std::optional<Stated<TextMatch>>& one, bool in_path = false) {
    if (one && one->value.is_pattern == patterns) visit(one->value.text, in_path);
  };
  const auto matches = [&](auto& headers) {
    for (auto& [name, wanted] : headers)
      if (wanted.value.is_pattern == patterns) visit(wanted.value.text, false);
  };
  if (expected.service && !patterns) visit(expected.service->value, false);
  match(expected.pod);
  match(expected.location);
  match(expected.body);
  matches(expected.headers);
  if (!expected.seen) return;
  match(expected.seen->path, true);
  match(expected.seen->host);
  matches(expected.seen->headers);
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
    wait_long_enough(step.request, step.expected, target);
    step.captures = captures_of(words);
    step.needs = names_in(step.request);
    step.needs.merge(names_in(step.expected));
    steps.push_back(std::move(step));
  }
  return steps;
}

std::set<std::string> names_in(const Request& request) {
  std::set<std::string> names;
  note_names(request.url.path, names);
  note_names(request.body, names);
  for (const auto& field : request.headers.fields) note_names(field.second, names);
  return names;
}

std::set<std::string> names_in(const Expectation& expectation) {
  std::set<std::string> names;
  auto copy = expectation;
  each_text(copy, [&](const std::string& text, bool) { note_names(text, names); });
  return names;
}

std::set<std::string> names_in_patterns(const Expectation& expectation) {
  std::set<std::string> names;
  auto copy = expectation;
  each_text(
      copy, [&](const std::string& text, bool) { note_names(text, names); }, true);
  return names;
}

Request fill(const Request& request, const Captured& captured) {
  auto filled = request;
  filled.url.path = filled_in(request.url.path, true, captured);
  filled.body = filled_in(request.body, false, captured);
  for (auto& field : filled.headers.fields) field.second = filled_in(field.second, false, captured);
  return filled;
}

Expectation fill(const Expectation& expectation, const Captured& captured) {
  auto filled = expectation;
  each_text(filled,
            [&](std::string& text, bool in_path) { text = filled_in(text, in_path, captured); });
  return filled;
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
