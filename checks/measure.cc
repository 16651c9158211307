// How an answer is measured against an expectation.
#include <fmt/format.h>
#include <re2/re2.h>

#include "checks/expectation.h"

namespace ingress_check {

namespace {

using How = Shortfall::Kind;

std::string who(const Exchange& exchange) {
  if (!exchange.who.service.empty()) return exchange.who.service;
  return "pod " + exchange.who.pod;
}

bool names_itself(const Exchange& exchange) {
  return !exchange.who.service.empty() || !exchange.who.pod.empty();
}

std::string page_words(const std::string& meaning) {
  if (meaning == "no-route") return "its page for a request that no rule matches";
  if (meaning == "no-endpoints") return "its page for a service without endpoints";
  if (meaning == "plain-http-on-tls") return "its page for plain HTTP on a TLS port";
  return "its page: " + meaning;
}

/// An answerer that names only a pod: Kubernetes names pods after what made them, mostly the
/// service's namesake.
bool pod_belongs_to(const std::string& pod, const std::string& service) {
  return pod == service || pod.starts_with(service + "-");
}

struct Measuring {
  const Expectation& expected;
  const Subject& subject;
  const Request& request;
  const Exchange& exchange;
  std::vector<Shortfall> found = {};

  void broken(std::string part, const Place& place, std::string wanted, std::string actual) {
    found.push_back({How::broken, std::move(part), place, std::move(wanted), std::move(actual)});
  }

  bool status() {
    if (expected.status.contains(exchange.status)) return true;
    const auto& place = expected.status_stated ? *expected.status_stated
                        : expected.service     ? expected.service->place
                                               : expected.place;
    auto wanted = to_string(expected.status);
    if (expected.service) wanted += " by " + expected.service->value;
    broken("status", place, std::move(wanted), describe(subject, exchange));
    return false;
  }

  void service() {
    if (!expected.service) return;
    const auto& [name, place] = *expected.service;
    const auto& [service, pod] = exchange.who;
    if (service == name) return;
    if (!service.empty()) return broken("service", place, name, describe(subject, exchange));
    if (!pod.empty() && pod_belongs_to(pod, name)) return;
    const auto by = origin(subject.controller, exchange);
    if (by.by == Origin::By::ingress && !subject.controller_guessed)
      return broken("service", place, name, describe(subject, exchange));
    found.push_back({How::unsupported, "service", place, name,
                     pod.empty() ? "the answer does not say which service it is from"
                                 : fmt::format("the answer names the pod {}, not its service", pod),
                     "say under answered-by how an answer tells its service, or let the backend "
                     "name itself"});
  }

  void pod() {
    if (!expected.pod) return;
    const auto& [wanted, place] = *expected.pod;
    if (exchange.who.pod.empty())
      found.push_back({How::unsupported, "pod", place, to_string(wanted),
                       "the answer does not say which pod it is from",
                       "say under answered-by how an answer tells its pod, or let the backend name "
                       "itself"});
    else if (!matches(wanted, exchange.who.pod))
      broken("pod", place, to_string(wanted), describe(subject, exchange));
  }

  void from() {
    if (!expected.from) return;
    const auto& [wanted, place] = *expected.from;
    const auto found_by = origin(subject.controller, exchange);
    const std::string name = wanted == Origin::By::app ? "an application" : "the ingress";
    if (found_by.by == wanted) return;
    // A pod that names itself is proof; a page is only as good as the profile.
    if (found_by.by == Origin::By::app ||
        (found_by.by == Origin::By::ingress && !subject.controller_guessed))
      return broken("from", place, name, describe(subject, exchange));
    found.push_back(
        {How::undecided, "from", place, name,
         describe(subject, exchange) + "; nothing certain tells who produced it",
         wanted == Origin::By::app
             ? "say under answered-by how an application names itself"
             : "name the controller in the scenario, as in `controller: ingress-nginx@1.x`"});
  }

  void headers() {
    for (const auto& [name, wanted] : expected.headers) {
      const auto values = exchange.headers.all(name);
      const bool met = std::ranges::any_of(
          values, [&, &want = wanted](auto value) { return matches(want.value, value); });
      if (!met)
        broken(
            "header " + name, wanted.place, to_string(wanted.value),
            values.empty() ? "no such header" : fmt::format("\"{}\"", fmt::join(values, "\", \"")));
    }
    for (const auto& [name, place] : expected.absent)
      if (const auto value = exchange.headers.find(name))
        broken("header " + name, place, "no such header", fmt::format("\"{}\"", *value));
  }

  void location() {
    if (!expected.location) return;
    const auto& [wanted, place] = *expected.location;
    const auto actual = exchange.headers.find("Location");
    if (!actual)
      return broken("location", place, to_string(wanted),
                    fmt::format("{}, no Location", exchange.status));
    if (matches(wanted, *actual)) return;
    const auto there = resolve(request.url, *actual);
    const auto meant = resolve(request.url, wanted.text);
    if (!wanted.is_pattern && there && meant && to_string(*there) == to_string(*meant)) return;
    broken("location", place, to_string(wanted), fmt::format("\"{}\"", *actual));
  }

  void body() {
    if (expected.body) {
      std::string_view text = exchange.body;
      const auto& [wanted, place] = *expected.body;
      const bool met = matches(wanted, text) ||
                       (text.ends_with('\n') && matches(wanted, text.substr(0, text.size() - 1)));
      if (!met)
        broken("body", place, to_string(wanted),
               text.size() > 200
                   ? fmt::format("{} bytes: \"{}\" ...", exchange.body_size, text.substr(0, 200))
                   : fmt::format("\"{}\"", text));
    }
    if (expected.body_size && expected.body_size->value.bytes != exchange.body_size)
      broken("body size", expected.body_size->place,
             fmt::format("{} bytes", expected.body_size->value.bytes),
             fmt::format("{} bytes", exchange.body_size));
  }

  void times() {
    const auto took = exchange.timings.total;
    if (expected.within && took > expected.within->value)
      broken("within", expected.within->place, "at most " + to_string(expected.within->value),
             "longer: " + to_string(took));
    if (expected.after && took < expected.after->value)
      broken("after", expected.after->place, "not before " + to_string(expected.after->value),
             "sooner: " + to_string(took));
  }

  void seen() {
    if (!expected.seen) return;
    const auto& sight = *expected.seen;
    if (!exchange.seen) {
      found.push_back({How::unsupported, "seen", sight.path ? sight.path->place : expected.place,
                       "the pod tells what it saw", "the answer does not tell it",
                       "put an echo application behind this route and name its preset under "
                       "answered-by"});
      return;
    }
    saw("path", sight.path, exchange.seen->path);
    saw("host", sight.host, exchange.seen->host);
    if (sight.method && sight.method->value != exchange.seen->method)
      broken("seen method", sight.method->place, sight.method->value, exchange.seen->method);
    for (const auto& [name, wanted] : sight.headers) {
      const auto values = exchange.seen->headers.all(name);
      if (values.empty())
        broken("seen header " + name, wanted.place, to_string(wanted.value), "no such header");
      else if (const auto joined = fmt::format("{}", fmt::join(values, ", "));
               !matches(wanted.value, joined))
        broken("seen header " + name, wanted.place, to_string(wanted.value),
               fmt::format("\"{}\"", joined));
    }
    for (const auto& [name, place] : sight.absent)
      if (const auto value = exchange.seen->headers.find(name))
        broken("seen header " + name, place, "no such header", fmt::format("\"{}\"", *value));
  }

  void saw(const std::string& what, const std::optional<Stated<TextMatch>>& wanted,
           const std::string& actual) {
    if (wanted && !matches(wanted->value, actual))
      broken("seen " + what, wanted->place, to_string(wanted->value),
             fmt::format("\"{}\"", actual));
  }
};

}  // namespace

bool matches(const TextMatch& expected, std::string_view actual) {
  if (!expected.is_pattern) return expected.text == actual;
  const RE2 regex(expected.text, RE2::Quiet);
  return regex.ok() && RE2::PartialMatch(re2::StringPiece(actual.data(), actual.size()), regex);
}

std::string to_string(const TextMatch& expected) {
  return expected.is_pattern ? "a value that matches " + expected.text
                             : fmt::format("\"{}\"", expected.text);
}

std::string describe(const Request& request) {
  return fmt::format("{} {}", request.method, to_string(request.url));
}

std::string describe(const Subject& subject, const Exchange& exchange) {
  const auto& at = exchange.address;
  switch (exchange.outcome) {
    case Outcome::ok:
      break;
    case Outcome::unresolved:
      return "no answer: the name has no address";
    case Outcome::refused:
      return fmt::format("no answer: {} refuses connections", at);
    case Outcome::connect_timeout:
      return fmt::format("no answer: no connection to {} in time", at);
    case Outcome::timeout:
      return fmt::format("no whole answer from {} in time", at);
    default:
      return fmt::format("no answer from {}: {}{}", at.empty() ? "the target" : at,
                         to_string(exchange.outcome),
                         exchange.detail.empty() ? "" : " (" + exchange.detail + ")");
  }
  if (names_itself(exchange)) return fmt::format("{} by {}", exchange.status, who(exchange));
  const auto by = origin(subject.controller, exchange);
  if (by.by == Origin::By::ingress)
    return fmt::format("{} by the ingress ({}{})", exchange.status, page_words(by.meaning),
                       subject.controller_guessed ? ", as it seems" : "");
  if (!by.meaning.empty()) return fmt::format("{} ({})", exchange.status, by.meaning);
  return std::to_string(exchange.status);
}

Exchange example(Exchange exchange) {
  if (exchange.body.size() > 4096) exchange.body.resize(4096);
  return exchange;
}

std::vector<Shortfall> measure(const Expectation& expected, const Subject& subject,
                               const Request& request, const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok) {
    const auto& place = expected.status_stated ? *expected.status_stated
                        : expected.service     ? expected.service->place
                                               : expected.place;
    const bool ours = exchange.outcome == Outcome::local;
    return {{ours ? How::undecided : How::broken, "answer", place, "an answer",
             describe(subject, exchange),
             ours ? "free local ports or descriptors on the machine that runs ingress-check" : ""}};
  }
  Measuring measuring{expected, subject, request, exchange};
  // Another status is another answer: what else it lacks would only repeat that.
  if (!measuring.status()) return std::move(measuring.found);
  measuring.service();
  measuring.pod();
  measuring.from();
  measuring.headers();
  measuring.location();
  measuring.body();
  measuring.times();
  measuring.seen();
  return std::move(measuring.found);
}

}  // namespace ingress_check
