#include "checks/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "checks/word.h"

namespace ingress_check {

namespace {

Field listed(Field field) {
  field.kind = Kind::list;
  field.fields = {word("", Kind::text, "")};
  field.or_one = true;
  return field;
}

Field from_field() {
  auto from = word("from", Kind::word, "who must have produced the answer", "ingress");
  from.words = {"ingress", "app"};
  return from;
}

Field seen_field() {
  return holding(
      word("seen", Kind::object, "what the pod must have seen; it has to tell, as echo pods do"),
      {word("path", Kind::match, "path and query", "/app1"),
       word("host", Kind::match, "the Host header", "frieza.dev"),
       word("method", Kind::text, "the method", "POST"),
       holding(word("headers", Kind::map, "headers by name", "{X-Forwarded-Proto: https}"),
               {word("", Kind::match, "the value, or `~ pattern`")}),
       listed(word("no-headers", Kind::list, "headers that must not have reached it"))});
}

template <class T>
std::optional<Stated<T>> stated(const Object& words, std::string_view name) {
  const auto* value = words.find(name);
  if (!value || !value->is<T>()) return std::nullopt;
  return Stated<T>{value->as<T>(), value->place};
}

std::vector<std::pair<std::string, Stated<TextMatch>>> matches_of(const Object& words) {
  std::vector<std::pair<std::string, Stated<TextMatch>>> all;
  const auto* map = words.find("headers");
  if (!map || !map->is<Object>()) return all;
  for (const auto& [name, value] : map->as<Object>().members)
    if (value.is<TextMatch>()) all.push_back({name, {value.as<TextMatch>(), value.place}});
  return all;
}

std::vector<Stated<std::string>> absent_of(const Object& words) {
  std::vector<Stated<std::string>> all;
  const auto* list = words.find("no-headers");
  if (!list || !list->is<List>()) return all;
  for (const auto& item : list->as<List>()) all.push_back({item.as<std::string>(), item.place});
  return all;
}

void read_body(const Object& words, Expectation& expected) {
  const auto* body = words.find("body");
  if (!body) return;
  if (body->is<TextMatch>()) expected.body = {body->as<TextMatch>(), body->place};
  if (!body->is<Object>()) return;
  expected.body = stated<TextMatch>(body->as<Object>(), "text");
  expected.body_size = stated<Size>(body->as<Object>(), "size");
}

Statuses usual_status(const Expectation& expected) {
  if (expected.location) return {{{300, 399}}};
  if (expected.from && expected.from->value == Origin::By::ingress) return {{{100, 599}}};
  return {{{200, 299}}};
}

}  // namespace

std::vector<Field> short_expectation_fields() {
  return {
      word("status", Kind::statuses,
           "status; 2xx unless stated, 3xx with `location`, any with `from: ingress`", "200"),
      word("service", Kind::text, "the service whose pod must answer", "app1"),
      word("pod", Kind::match, "the pod that must answer", "~ ^app1-"),
      from_field(),
      word("location", Kind::match, "where a redirect must lead: a URL, or `~ pattern`",
           "https://frieza.dev/app1"),
      limited(word("within", Kind::duration, "the longest that the whole answer may take", "500ms"),
              0.001, 3600)};
}

std::vector<Field> expectation_fields() {
  auto fields = short_expectation_fields();
  fields.push_back(limited(
      word("after", Kind::duration, "the shortest that the answer may take", "5s"), 0.001, 3600));
  fields.push_back(holding(
      word("headers", Kind::map, "headers of the answer by name", "{Content-Type: \"~ ^text/\"}"),
      {word("", Kind::match, "the value, or `~ pattern`")}));
  fields.push_back(
      listed(word("no-headers", Kind::list, "headers that the answer must not have", "[Server]")));
  fields.push_back(holding(
      word("body", Kind::either, "the whole body, `~ pattern` of a part of it, or its size"),
      {word("", Kind::match, "the whole body, or `~ pattern`"),
       holding(word("", Kind::object, "by text, by size or both"),
               {word("text", Kind::match, "the whole body, or `~ pattern`"),
                word("size", Kind::size, "its size", "4KiB")})}));
  fields.push_back(seen_field());
  return fields;
}

std::vector<Field> request_fields() {
  auto method = word("method", Kind::text, "the method", "POST");
  method.fallback = "GET";
  constexpr double most_bytes = 64.0 * 1024 * 1024;
  return {
      std::move(method),
      word("path", Kind::path, "path and query on the target's host, sent as written", "/app1"),
      word("url", Kind::url, "another host, scheme or port, reached at the target's address",
           "http://other.example/app1"),
      holding(word("headers", Kind::map, "headers to send", "{X-Trial: \"1\"}"),
              {word("", Kind::text, "the value")}),
      holding(word("body", Kind::either, "the body: its text, or {size: 4KiB} of filling"),
              {word("", Kind::text, "the text"),
               holding(word("", Kind::object, "a body by size"),
                       {limited(word("size", Kind::size, "how large", "1MiB"), 0, most_bytes)})})};
}

std::vector<KeyRule> request_rules() { return {{KeyRule::Kind::exactly_one, {"path", "url"}}}; }

namespace {

bool is_token(std::string_view text) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || marks.find(c) != marks.npos;
  });
}

}  // namespace

void review_request(const Object& words, Errors& errors) {
  if (const auto* method = words.find("method"); method && method->is<std::string>())
    if (!is_token(method->as<std::string>()))
      errors.push_back({fmt::format("\"{}\" is no method", method->as<std::string>()),
                        "write a word such as GET, POST or PURGE", method->place});
  const auto* headers = words.find("headers");
  if (!headers || !headers->is<Object>()) return;
  for (const auto& [name, value] : headers->as<Object>().members)
    if (const auto mistake = header_mistake(name, value.as<std::string>()); !mistake.empty())
      errors.push_back({mistake, "write headers: {Name: value}", value.place});
}

Expectation read_expectation(const Object& words, const Place& place) {
  Expectation expected;
  expected.place = place;
  expected.service = stated<std::string>(words, "service");
  expected.pod = stated<TextMatch>(words, "pod");
  if (const auto from = stated<std::string>(words, "from"))
    expected.from = {from->value == "app" ? Origin::By::app : Origin::By::ingress, from->place};
  expected.headers = matches_of(words);
  expected.absent = absent_of(words);
  read_body(words, expected);
  expected.location = stated<TextMatch>(words, "location");
  expected.within = stated<Duration>(words, "within");
  expected.after = stated<Duration>(words, "after");
  if (const auto* seen = words.find("seen"); seen && seen->is<Object>()) {
    const auto& sight = seen->as<Object>();
    expected.seen =
        ExpectedSight{stated<TextMatch>(sight, "path"), stated<TextMatch>(sight, "host"),
                      stated<std::string>(sight, "method"), matches_of(sight), absent_of(sight)};
  }
  const auto status = stated<Statuses>(words, "status");
  expected.status = status ? status->value : usual_status(expected);
  if (status) expected.status_stated = status->place;
  return expected;
}

Request read_request(const Object& words, const Target& target) {
  Request request;
  request.method = words.text("method", "GET");
  const auto* url = words.find("url");
  request.url =
      url && url->is<Url>() ? url->as<Url>() : with_path(target.url, words.text("path", "/"));
  if (const auto* headers = words.find("headers"); headers && headers->is<Object>())
    for (const auto& [name, value] : headers->as<Object>().members)
      request.headers.add(name, value.as<std::string>());
  const auto* body = words.find("body");
  if (body && body->is<std::string>()) request.body = body->as<std::string>();
  if (body && body->is<Object>())
    if (const auto size = stated<Size>(body->as<Object>(), "size"))
      request.body = std::string(size->value.bytes, 'x');
  return request;
}

std::uint32_t kept_of_body(const Expectation& expected) { return expected.body ? most_of_body : 0; }

void wait_long_enough(Request& request, const Expectation& expected, const Target& target) {
  if (request.timeout) return;
  auto longest = Duration::zero();
  if (expected.within) longest = std::max(longest, expected.within->value);
  if (expected.after) longest = std::max(longest, expected.after->value);
  const auto margin = std::chrono::seconds(1);
  if (longest + margin > target.timeout && longest > Duration::zero())
    request.timeout = longest + margin;
}

}  // namespace ingress_check
