#include "checks/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace ingress_check {

namespace {

struct Group {
  Shortfall shortfall;
  std::vector<const Answer*> answers;
};

std::vector<Group> groups(const Answers& answers, Shortfall::Kind kind) {
  std::vector<Group> all;
  for (const auto& answer : answers.all)
    for (const auto& shortfall : answer.shortfalls) {
      if (shortfall.kind != kind) continue;
      const auto same = std::ranges::find_if(all, [&](const Group& group) {
        const auto& other = group.shortfall;
        return std::tie(other.part, other.expected, other.actual) ==
               std::tie(shortfall.part, shortfall.expected, shortfall.actual);
      });
      if (same == all.end())
        all.push_back({shortfall, {&answer}});
      else
        same->answers.push_back(&answer);
    }
  return all;
}

std::string seconds(std::chrono::system_clock::duration span) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(span).count());
}

/// Of a group that is not all: when, and over which kind of connection.
std::string when(const Group& group, const Answers& answers) {
  const auto started = [](const Answer& answer) { return answer.exchange->started; };
  const auto start = started(*std::ranges::min_element(answers.all, {}, started));
  auto first = started(*group.answers.front()), last = first;
  std::set<std::uint64_t> kept;
  for (const auto* answer : group.answers) {
    first = std::min(first, started(*answer));
    last = std::max(last, started(*answer));
    if (answer->exchange->reused) kept.insert(answer->exchange->connection);
  }
  const auto from = seconds(first - start), to = seconds(last - start);
  auto text = from == to ? "; " + from : fmt::format("; from {} to {}", from, to);
  text += " after the first request";
  if (!kept.empty()) text += ", kept-alive connections among them";
  return text;
}

std::string actual(const Group& group, const Answers& answers) {
  std::set<std::string> pods, addresses, all_addresses;
  for (const auto* answer : group.answers) {
    if (const auto& pod = answer->exchange->who.pod; !pod.empty()) pods.insert(pod);
    addresses.insert(answer->exchange->address);
  }
  for (const auto& answer : answers.all) all_addresses.insert(answer.exchange->address);
  auto text = group.shortfall.actual;
  if (!pods.empty() && text.find(*pods.begin()) == std::string::npos)
    text +=
        fmt::format(" (pod{} {})", pods.size() > 1 ? "s" : "", listed({pods.begin(), pods.end()}));
  const auto broke = group.answers.size(), of = answers.all.size();
  if (of > 1) text += fmt::format(", {} of {} times", broke, of);
  if (all_addresses.size() > 1) text += " at " + listed({addresses.begin(), addresses.end()});
  if (broke < of) text += when(group, answers);
  return text;
}

}  // namespace

bool Answer::has(Shortfall::Kind kind) const {
  return std::ranges::any_of(shortfalls, [&](const auto& s) { return s.kind == kind; });
}

std::size_t Answers::count(Shortfall::Kind kind) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const Answer& answer) { return answer.has(kind); }));
}

void settle_by_names(const std::vector<Answers*>& all) {
  using Once = Shortfall::OnceNamed;
  const bool named = std::ranges::any_of(all, [](const Answers* answers) {
    return std::ranges::any_of(answers->all, [](const Answer& answer) {
      return !answer.exchange->who.service.empty() || !answer.exchange->who.pod.empty();
    });
  });
  if (!named) return;
  for (auto* answers : all)
    for (auto& answer : answers->all) {
      std::erase_if(answer.shortfalls,
                    [](const Shortfall& s) { return s.once_named == Once::falls_away; });
      for (auto& shortfall : answer.shortfalls) {
        if (shortfall.once_named != Once::breaks) continue;
        shortfall.kind = Shortfall::Kind::broken;
        shortfall.mend.clear();
      }
    }
}

std::vector<Finding> findings(const Answers& answers, Shortfall::Kind kind) {
  std::vector<Finding> all;
  for (const auto& group : groups(answers, kind)) {
    const auto& one = *group.answers.front();
    Finding finding;
    finding.place = group.shortfall.place;
    finding.subject = describe(*one.request);
    const bool plain = group.shortfall.part == "status" || group.shortfall.part == "answer" ||
                       group.shortfall.part == "service";
    finding.expected =
        plain ? group.shortfall.expected : group.shortfall.part + ": " + group.shortfall.expected;
    finding.actual = actual(group, answers);
    if (!group.shortfall.mend.empty()) finding.actual += "; " + group.shortfall.mend;
    finding.broke = group.answers.size();
    finding.of = answers.all.size();
    finding.request = *one.request;
    finding.exchange = example(*one.exchange);
    all.push_back(std::move(finding));
  }
  return all;
}

std::string listed(const std::vector<std::string>& words, std::size_t most) {
  std::string text;
  const auto shown = std::min(words.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  if (words.size() > shown) text += fmt::format(" and {} more", words.size() - shown);
  return text;
}

std::string not_told(const std::vector<const Answers*>& all) {
  static constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"service", "its service"}, {"pod", "its pod"}, {"seen", "what the pod saw"}};
  std::vector<std::string> parts;
  for (const auto& [part, word] : words) {
    const auto untold = [&part = part](const Shortfall& shortfall) {
      return shortfall.kind == Shortfall::Kind::unsupported && shortfall.part == part;
    };
    const bool any = std::ranges::any_of(all, [&](const Answers* answers) {
      return std::ranges::any_of(answers->all, [&](const Answer& answer) {
        return std::ranges::any_of(answer.shortfalls, untold);
      });
    });
    if (any) parts.emplace_back(word);
  }
  return listed(parts);
}

Diagnosis diagnosis(const Check& check, std::string_view id, std::string text,
                    std::string separates) {
  const auto& cause = check.cause(id);
  return {cause.id, std::move(text), cause.fix, cause.source, std::move(separates)};
}

Silence silence(const Request& request, const Exchange& exchange) {
  const auto& at = exchange.address.empty() ? request.url.authority() : exchange.address;
  switch (exchange.outcome) {
    case Outcome::unresolved:
      return {fmt::format("the name {} has no address", request.url.host),
              "give `address:` in the target, or add the name to DNS"};
    case Outcome::refused:
      return {fmt::format("{} refuses connections: nothing listens there", at),
              "see that the ingress runs, and that `url:` and `address:` name its port"};
    case Outcome::connect_timeout:
    case Outcome::unreachable:
      return {fmt::format("no connection to {} comes about", at),
              "see that the address is right, and that no firewall drops the packets"};
    case Outcome::timeout:
      return {fmt::format("{} accepts connections but never answers", at),
              "see what listens there; a longer `timeout:` in the target helps only if it is slow"};
    case Outcome::tls_error:
      return {fmt::format("the TLS handshake with {} fails: {}", at, exchange.detail),
              "the check tls-termination tells the certificate's faults apart; `insecure: true` in "
              "the target goes on in spite of them"};
    case Outcome::local:
      return {fmt::format("this machine could not send: {}", exchange.detail),
              "free local ports or descriptors on the machine that runs ingress-check"};
    case Outcome::idle_close:
      return {fmt::format("{} closed a kept-alive connection that rested, which is no outage", at),
              "a client has to send again over a new one; GET and HEAD are sent again once"};
    case Outcome::malformed:
      return {fmt::format("{} does not speak HTTP", at),
              "see that `url:` names the right scheme and port"};
    default:
      return {fmt::format("{} ends connections without a whole answer ({})", at,
                          to_string(exchange.outcome)),
              "see the logs of the ingress for this request"};
  }
}

}  // namespace ingress_check
