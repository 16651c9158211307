// Evidence made by hand, for the tests of TLS checks: each test says what the servers do.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "checks/fake_tls.h"
#include "checks/practice_test.h"

namespace ingress_check::practice {

/// A Sender whose servers are three functions. Unset ones leave the reply as it is: ok and empty.
class HandMade : public Sender {
 public:
  std::function<void(const Handshake&, std::uint32_t round, HandshakeReply&)> shake;
  std::function<void(const Request&, Exchange&)> answer;
  std::function<void(const Dialogue&, BytesReply&)> talk;
  std::vector<std::string> addresses = {"127.0.0.1"};  ///< of every name
  std::vector<Traffic> sent;

  Result<Evidence> send(const Target&, const Traffic& traffic, Watch&) override {
    sent.push_back(traffic);
    Evidence evidence;
    evidence.traffic = traffic;
    evidence.sent = traffic.count();
    if (const auto* items = std::get_if<Handshakes>(&traffic.send))
      for (std::size_t i = 0; i < items->items.size(); ++i) shake_all(items->items[i], i, evidence);
    if (const auto* http = std::get_if<Http>(&traffic.send))
      for (std::size_t i = 0; i < http->requests.size(); ++i) {
        auto& exchange = evidence.exchanges.emplace_back();
        exchange.request = i;
        exchange.address = fmt::format("127.0.0.1:{}", http->requests[i].url.effective_port());
        if (answer) answer(http->requests[i], exchange);
      }
    if (const auto* bytes = std::get_if<Bytes>(&traffic.send))
      for (std::size_t i = 0; i < bytes->items.size(); ++i) {
        auto& reply = evidence.dialogues.emplace_back();
        reply.item = i;
        if (talk) talk(bytes->items[i], reply);
      }
    return evidence;
  }

  const Traffic* phase(std::string_view name) const {
    for (const auto& traffic : sent)
      if (traffic.name == name) return &traffic;
    return nullptr;
  }

 private:
  void shake_all(const Handshake& item, std::size_t index, Evidence& evidence) const {
    for (std::uint32_t round = 0; round < item.times; ++round)
      for (std::size_t i = 0; i < (item.every_address ? addresses.size() : 1); ++i) {
        auto& reply = evidence.handshakes.emplace_back();
        reply.item = index;
        reply.round = round;
        reply.address = fmt::format("{}:{}", addresses[i], item.port);
        if (shake) shake(item, round, reply);
      }
  }
};

inline Verdict judge(const Check& check, const std::string& yaml, const Subject& subject,
                     HandMade& servers) {
  Watch watch;
  auto done = ingress_check::examine(check, params(check, yaml), subject, servers, watch);
  if (!done) {
    ADD_FAILURE() << done.error().what;
    return {};
  }
  for (const auto& diagnosis : done->verdict.diagnoses) {
    EXPECT_FALSE(diagnosis.text.empty()) << diagnosis.cause;
    EXPECT_FALSE(diagnosis.fix.empty()) << diagnosis.cause;
    EXPECT_FALSE(diagnosis.source.empty()) << diagnosis.cause;
  }
  EXPECT_FALSE(done->verdict.summary.empty());
  return std::move(done->verdict);
}

inline std::string first_cause(const Verdict& verdict) {
  return verdict.diagnoses.empty() ? "" : verdict.diagnoses.front().cause;
}

inline std::vector<std::string> cause_ids(const Verdict& verdict) {
  std::vector<std::string> ids;
  for (const auto& diagnosis : verdict.diagnoses) ids.push_back(diagnosis.cause);
  return ids;
}

/// All the texts of a verdict, for a look at what a person would read.
inline std::string text_of(const Verdict& verdict) {
  auto text = to_string(verdict.kind) + ": " + verdict.summary + "\n";
  for (const auto& finding : verdict.findings)
    text += fmt::format("  finding: {} | {} | {} ({}/{})\n", finding.subject, finding.expected,
                        finding.actual, finding.broke, finding.of);
  for (const auto& diagnosis : verdict.diagnoses)
    text += fmt::format("  cause: {}: {} | {} | {}\n", diagnosis.cause, diagnosis.text,
                        diagnosis.fix, diagnosis.separates);
  for (const auto& line : verdict.shown) text += "  shown: " + line + "\n";
  for (const auto& line : verdict.not_shown) text += "  not shown: " + line + "\n";
  for (const auto& line : verdict.notes) text += "  note: " + line + "\n";
  for (const auto& [key, value] : verdict.traits)
    text += fmt::format("  trait: {}: {}\n", key, value);
  for (const auto& figure : verdict.figures)
    text += fmt::format("  figure: {} {}\n", figure.name, figure.value);
  return text;
}

inline const std::string nginx_497 =
    "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n"
    "<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n"
    "<center>The plain HTTP request was sent to HTTPS port</center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

inline std::string raw_answer(int status, const std::string& body = {},
                              const std::string& fields = {}) {
  return fmt::format("HTTP/1.1 {} Some Reason\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     body.size(), fields, body);
}

inline void page(Exchange& exchange, int status, const std::string& body = {}) {
  exchange.status = status;
  exchange.body = body;
  exchange.body_size = body.size();
}

/// A pod answered, and tells what it saw.
inline void by_pod(Exchange& exchange, const std::string& forwarded_proto) {
  page(exchange, 200, "hello");
  exchange.who = {"app1", "app1-a"};
  exchange.seen.emplace();
  if (!forwarded_proto.empty()) exchange.seen->headers.add("X-Forwarded-Proto", forwarded_proto);
}

/// A redirect with the page that nginx sends with it.
inline void redirect(Exchange& exchange, int status, const std::string& to) {
  page(exchange, status, "<html><center><h1>Moved</h1></center><hr><center>nginx</center></html>");
  exchange.headers.add("Location", to);
}

/// A redirect without a page, as applications send it.
inline void redirect_by_application(Exchange& exchange, int status, const std::string& to) {
  page(exchange, status);
  exchange.headers.add("Location", to);
}

inline void not_tls(HandshakeReply& reply, const std::string& first_bytes) {
  reply.outcome = Outcome::tls_error;
  reply.not_tls = true;
  reply.first_bytes = first_bytes;
  reply.detail = "the answer is not TLS";
}

}  // namespace ingress_check::practice
