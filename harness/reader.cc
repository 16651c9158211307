#include "harness/reader.h"

#include "harness/lane.h"

namespace ingress_check {
namespace {

constexpr std::size_t most_kept_fields = 64 * 1024;
constexpr std::string_view set_cookie = "Set-Cookie";

bool from_header(Match::Part part) { return part == Match::Part::header; }

std::unique_ptr<RE2> compiled(const TextMatch& text) {
  if (!text.is_pattern) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  return std::make_unique<RE2>(text.text, options);
}

/// Whether a body may tell who answered, or a service has a way of its own.
bool body_tells(const AnsweredBy& who) {
  const Identity& any = who.any;
  return !any.pod_json.empty() || !any.service_json.empty() || !any.body.empty() ||
         !who.by_service.empty();
}

Headers read_back(std::string_view text) {
  Headers fields;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    const auto colon = line.find(": ");
    if (colon != line.npos)
      fields.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return fields;
}

}  // namespace

Reader::Reader(const LoadPlan& plan)
    : plan_(plan),
      pod_header_(plan.target->answered_by.any.pod_header),
      service_header_(plan.target->answered_by.any.service_header),
      identifier_(plan.target->answered_by),
      body_tells_(body_tells(plan.target->answered_by)),
      keeps_fields_(!plan.target->answered_by.by_service.empty()),
      keeps_cookies_(plan.load->clients.count > 0 && plan.load->clients.cookies) {
  for (const PlannedRequest& request : plan.requests) {
    std::vector<Test> tests;
    for (const Match& match : request.asked->matches)
      tests.push_back({&match, compiled(match.text)});
    keeps_fields_ = keeps_fields_ || !tests.empty();
    tests_.push_back(std::move(tests));
  }
  asked_lengths_ = asked_lengths();
}

std::uint64_t Reader::asked_lengths() const {
  if (keeps_fields_) return ~std::uint64_t{0};
  std::uint64_t lengths = 0;
  for (const std::size_t length : {pod_header_.size(), service_header_.size()})
    if (length > 0 && length < 64) lengths |= std::uint64_t{1} << length;
  return keeps_cookies_ ? lengths | std::uint64_t{1} << set_cookie.size() : lengths;
}

bool Reader::Test::holds(std::string_view text) const {
  if (!pattern) return text == match->text.text;
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern);
}

void Reader::asked_field(Flight& flight, std::string_view name, std::string_view value) {
  if (name.size() == pod_header_.size() && same_name(name, pod_header_))
    flight.pod = pods_.number(value);
  else if (name.size() == service_header_.size() && same_name(name, service_header_))
    flight.service = services_.number(value);
  else if (keeps_cookies_ && flight.client && same_name(name, set_cookie)) {
    const PlannedRequest& asked = plan_.requests[flight.request];
    flight.client->jar.store(value, asked.host, asked.path, plan_.origins[asked.origin].https,
                             flight.first_byte, std::chrono::system_clock::now());
  }
  if (keeps_fields_) keep_field(flight, name, value);
}

void Reader::keep_field(Flight& flight, std::string_view name, std::string_view value) {
  const auto& tests = tests_[flight.request];
  for (std::size_t i = 0; i < tests.size(); ++i)
    if (from_header(tests[i].match->part) && same_name(name, tests[i].match->header) &&
        tests[i].holds(value))
      flight.headers_met = static_cast<std::uint16_t>(flight.headers_met | 1U << i);
  if (flight.fields.size() >= most_kept_fields) return;
  flight.fields.append(name).append(": ").append(value).append("\n");
}

void Reader::body(Flight& flight, std::string_view bytes) {
  flight.body_size += bytes.size();
  const bool known = flight.pod != 0 && flight.service != 0;
  if (tests_[flight.request].empty() && (known || !body_tells_)) return;
  const std::size_t room = plan_.load->body_limit - flight.body.size();
  flight.body.append(bytes.substr(0, room));
}

void Reader::ask_body(Flight& flight) {
  const Answerer who = identifier_.who(read_back(flight.fields), flight.body);
  if (flight.pod == 0) flight.pod = pods_.number(who.pod);
  if (flight.service == 0) flight.service = services_.number(who.service);
}

bool Reader::absent(const Flight& flight, std::string_view name) const {
  return !read_back(flight.fields).find(name);
}

bool Reader::holds(const Test& test, const Flight& flight) const {
  switch (test.match->part) {
    case Match::Part::status:
      return test.match->statuses.contains(flight.status);
    case Match::Part::service:
      return flight.service != 0 && test.holds(services_.name(flight.service));
    case Match::Part::pod:
      return flight.pod != 0 && test.holds(pods_.name(flight.pod));
    case Match::Part::absent:
      return absent(flight, test.match->header);
    case Match::Part::body:
      return test.holds(flight.body);
    case Match::Part::header:
      break;
  }
  return false;
}

void Reader::judge(Flight& flight) {
  if (body_tells_ && (flight.pod == 0 || flight.service == 0)) ask_body(flight);
  const auto& tests = tests_[flight.request];
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const bool held = from_header(tests[i].match->part) ? (flight.headers_met >> i & 1U) != 0
                                                        : holds(tests[i], flight);
    if (!held) flight.broke = static_cast<std::uint16_t>(flight.broke | 1U << i);
  }
}

Exchange Reader::exchange(const Flight& flight, Outcome outcome) const {
  Exchange told;
  told.request = flight.request;
  told.outcome = outcome;
  told.status = flight.status;
  told.headers = read_back(flight.fields);
  told.body = flight.body;
  told.body_size = flight.body_size;
  told.reused = flight.reused;
  told.connection = flight.connection;
  told.who = {std::string(services_.name(flight.service)), std::string(pods_.name(flight.pod))};
  if (flight.lane) flight.lane->describe(told);
  return told;
}

}  // namespace ingress_check
