// How requests, answers and expected values are put into words.
#include <fmt/format.h>
#include <re2/re2.h>

#include "checks/expectation.h"
#include "checks/stock_page.h"

namespace ingress_check {

namespace {

std::string who(const Exchange& exchange) {
  if (!exchange.who.service.empty()) return exchange.who.service;
  return "pod " + exchange.who.pod;
}

bool names_itself(const Exchange& exchange) {
  return !exchange.who.service.empty() || !exchange.who.pod.empty();
}

std::string page_words(const Profile& controller, const std::string& meaning, int status) {
  if (meaning == "no-route") return "its page for a request that no rule matches";
  // Some refuse what is beyond a limit with the very same page.
  const bool limit = controller.trait("limit.status") == std::to_string(status);
  if (meaning == "no-endpoints")
    return limit ? "its page for a service without endpoints, and for what is beyond a limit"
                 : "its page for a service without endpoints";
  if (meaning == "plain-http-on-tls") return "its page for plain HTTP on a TLS port";
  return "its page: " + meaning;
}

/// Where no application can name itself, one that is nginx answers like an ingress that is.
bool may_be_an_application(const Subject& subject, const Exchange& exchange) {
  const auto& known = subject.target.answered_by;
  return known.any.says_nothing() && known.by_service.empty() && page_of_any_nginx(exchange);
}

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
    return fmt::format("{} by the ingress ({}{}{})", exchange.status,
                       page_words(subject.controller, by.meaning, exchange.status),
                       subject.controller_guessed ? ", as it seems" : "",
                       may_be_an_application(subject, exchange)
                           ? "; an application that is nginx sends the same"
                           : "");
  if (!by.meaning.empty()) return fmt::format("{} ({})", exchange.status, by.meaning);
  return std::to_string(exchange.status);
}

Exchange example(Exchange exchange) {
  if (exchange.body.size() > 4096) exchange.body.resize(4096);
  return exchange;
}

}  // namespace ingress_check
