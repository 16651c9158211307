// How an answer is measured against an expectation.
#include <fmt/format.h>

#include <algorithm>

#include "checks/expectation.h"
#include "checks/pod_names.h"
#include "checks/stock_page.h"

namespace ingress_check {

namespace {

using How = Shortfall::Kind;

/// Fields that may stand on several lines, each with a value of its own (RFC 9110, 5.3); any other
/// field that comes twice must be right each time.
bool many_lines(std::string_view name) {
  static constexpr std::string_view fields[] = {"Set-Cookie",
                                                "Vary",
                                                "Cache-Control",
                                                "Link",
                                                "Via",
                                                "WWW-Authenticate",
                                                "Allow",
                                                "Warning",
                                                "Server-Timing",
                                                "Alt-Svc",
                                                "Accept-Ranges",
                                                "Content-Security-Policy",
                                                "Proxy-Authenticate"};
  return std::ranges::any_of(fields, [&](auto field) { return same_name(field, name); });
}

std::string protocol_name(HttpVersion version) {
  if (version == HttpVersion::http1) return "HTTP/1.1";
  return version == HttpVersion::h2c ? "HTTP/2 without TLS" : "HTTP/2";
}

/// The same URL, also where only one of the two texts writes out the scheme's own port.
bool same_place(Url one, Url other) {
  one.port = one.effective_port();
  other.port = other.effective_port();
  return one == other;
}

constexpr const char* any_nginx =
    "a backend that is nginx itself sends the same page: let the backends name themselves, say how "
    "under answered-by, and ask one of them in the same check";

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
    if (!pod.empty() && pod_of_namesake(pod, name)) return;
    const auto by = origin(subject.controller, exchange);
    if (by.by == Origin::By::ingress && !subject.controller_guessed) {
      if (!page_of_any_nginx(exchange))
        return broken("service", place, name, describe(subject, exchange));
      found.push_back({How::unsupported, "service", place, name, describe(subject, exchange),
                       any_nginx, Shortfall::OnceNamed::breaks});
      return;
    }
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
    if (found_by.by == Origin::By::ingress && page_of_any_nginx(exchange)) {
      using Once = Shortfall::OnceNamed;
      const auto once = wanted == Origin::By::ingress ? Once::falls_away
                        : subject.controller_guessed  ? Once::stays
                                                      : Once::breaks;
      found.push_back(
          {How::undecided, "from", place, name, describe(subject, exchange), any_nginx, once});
      return;
    }
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
      const auto fits = [&, &want = wanted](auto value) { return matches(want.value, value); };
      const bool met = many_lines(name) ? std::ranges::any_of(values, fits)
                                        : !values.empty() && std::ranges::all_of(values, fits);
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
    if (!wanted.is_pattern && there && meant && same_place(*there, *meant)) return;
    broken("location", place, to_string(wanted), fmt::format("\"{}\"", *actual));
  }

  bool cut_short() const { return exchange.body.size() < exchange.body_size; }

  void cut(std::string part, const Place& place, std::string wanted) {
    found.push_back({How::undecided, std::move(part), place, std::move(wanted),
                     fmt::format("{} bytes, of which the first {} were kept", exchange.body_size,
                                 exchange.body.size()),
                     "expect its `size`, or ask for a smaller answer"});
  }

  /// A whole answer of which the probe says that its body could not be unpacked.
  void encoded(std::string part, const Place& place, std::string wanted) {
    found.push_back({How::undecided, std::move(part), place, std::move(wanted), exchange.detail,
                     "send `Accept-Encoding: gzip`, or none"});
  }

  /// `http: 2` and `h2c` ask for a protocol, not merely offer one.
  void protocol() {
    const auto asked = request.http.value_or(subject.target.http);
    const auto spoken = exchange.version;
    if (asked != HttpVersion::http2 && asked != HttpVersion::h2c) return;
    if (spoken == HttpVersion::any || spoken == asked) return;
    const bool https = request.url.https;
    if (https && spoken == HttpVersion::http2) return;
    const auto actual = protocol_name(spoken);
    if (asked == HttpVersion::http2 && !https)
      found.push_back({How::undecided, "protocol", expected.place, "HTTP/2",
                       actual + ": without TLS nothing chooses HTTP/2",
                       "write `http: h2c` for HTTP/2 over plain TCP"});
    else
      broken("protocol", expected.place, protocol_name(asked), actual);
  }

  void body() {
    if (expected.body) {
      std::string_view text = exchange.body;
      const auto& [wanted, place] = *expected.body;
      // A pattern that holds of the beginning, `~ ^a+$`, need not hold of the whole.
      const bool met = !cut_short() &&
                       (matches(wanted, text) ||
                        (text.ends_with('\n') && matches(wanted, text.substr(0, text.size() - 1))));
      if (!met && !exchange.detail.empty())
        encoded("body", place, to_string(wanted));
      else if (!met && cut_short() && (wanted.is_pattern || text.starts_with(wanted.text)))
        cut("body", place, to_string(wanted));
      else if (!met)
        broken("body", place, to_string(wanted),
               text.size() > 200
                   ? fmt::format("{} bytes: \"{}\" ...", exchange.body_size, text.substr(0, 200))
                   : fmt::format("\"{}\"", text));
    }
    if (!expected.body_size || expected.body_size->value.bytes == exchange.body_size) return;
    if (!exchange.detail.empty())
      encoded("body size", expected.body_size->place,
              fmt::format("{} bytes", expected.body_size->value.bytes));
    else
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

std::vector<Shortfall> measure(const Expectation& expected, const Subject& subject,
                               const Request& request, const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok) {
    const auto& place = expected.status_stated ? *expected.status_stated
                        : expected.service     ? expected.service->place
                                               : expected.place;
    const bool ours = exchange.outcome == Outcome::local;
    // A server may close a connection that rests; only GET and HEAD are sent again by themselves.
    const bool rested = exchange.outcome == Outcome::idle_close;
    return {{ours || rested ? How::undecided : How::broken, "answer", place, "an answer",
             describe(subject, exchange),
             ours     ? "free local ports or descriptors on the machine that runs ingress-check"
             : rested ? "the server closed a kept-alive connection as it may; ask over a fresh one"
                      : ""}};
  }
  Measuring measuring{expected, subject, request, exchange};
  // Another status is another answer: what else it lacks would only repeat that.
  if (!measuring.status()) return std::move(measuring.found);
  measuring.protocol();
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
