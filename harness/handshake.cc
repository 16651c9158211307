#include "harness/handshake.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/tls_stream.h"
#include "harness/tls_watch.h"

namespace ingress_check {
namespace {

using std::chrono::steady_clock;
using Ended = TlsStream::End;

/// How long we wait for what a TLS 1.3 server sends after the handshake: its tickets, or the alert
/// that refuses our certificate.
constexpr std::chrono::milliseconds kAfterwards(1000);

/// The certificates that the items of one phase present.
struct Wardrobe {
  std::optional<Credentials> target, untrusted;

  const Credentials* of(ClientCertificate which) const {
    if (which == ClientCertificate::as_target && target) return &*target;
    if (which == ClientCertificate::untrusted && untrusted) return &*untrusted;
    return nullptr;
  }
};

Result<Wardrobe> dress(const Target& target, const Handshakes& handshakes) {
  Wardrobe out;
  for (const Handshake& item : handshakes.items) {
    if (item.certificate == ClientCertificate::as_target && !target.certificate.empty() &&
        !out.target) {
      auto loaded = load_credentials(target.certificate, target.key);
      if (!loaded) return tl::unexpected(loaded.error());
      out.target = std::move(*loaded);
    }
    if (item.certificate == ClientCertificate::untrusted && !out.untrusted) {
      auto made = make_untrusted_credentials();
      if (!made) return tl::unexpected(made.error());
      out.untrusted = std::move(*made);
    }
  }
  return out;
}

/// The target's own `sni` is also the name that its certificate must cover; any other SNI is asked
/// for its own sake.
std::string verified_name(const Handshake& item, const Target& target) {
  const bool own = item.sni && !item.sni->empty() && item.sni == target.sni;
  return own ? *item.sni : item.host;
}

/// One item at work: its context, and what is seen on it.
class Shaker {
 public:
  Shaker(const Handshake& item, const Target& target, const Trust& trust, const Route& route,
         Watch& watch, SSL_CTX* context)
      : item_(item),
        target_(target),
        route_(route),
        watch_(watch),
        context_(context),
        seen_(trust, verified_name(item, target), true) {
    seen_.attach(context);
  }

  /// At that address, or at the first of the name's that takes a connection. Nothing if stopped.
  std::optional<HandshakeReply> shake(const std::optional<Endpoint>& at, std::uint64_t& sent) {
    std::optional<HandshakeReply> reply = once(at, sent);
    if (item_.resume && reply && reply->outcome == Outcome::ok) reply = once(at, sent);
    session_.reset();
    return reply;
  }

 private:
  std::optional<HandshakeReply> once(const std::optional<Endpoint>& at, std::uint64_t& sent);
  void settle(TlsStream& stream, Ended& end, Instant until);
  void judge(const TlsStream& stream, Ended end, HandshakeReply& reply) const;
  void judge_close(const TlsStream& stream, Ended end, HandshakeReply& reply) const;

  const Handshake& item_;
  const Target& target_;
  const Route& route_;
  Watch& watch_;
  SSL_CTX* context_;
  TlsWatch seen_;
  SessionPtr session_;  ///< of the last handshake, to be offered by the next
};

std::optional<HandshakeReply> Shaker::once(const std::optional<Endpoint>& at, std::uint64_t& sent) {
  HandshakeReply reply;
  Candidates candidates = route_.find(item_.host, item_.port, item_.address);
  if (at && candidates.outcome == Outcome::ok) candidates.endpoints = {*at};
  reply.timings.resolve = candidates.took;
  reply.outcome = candidates.outcome;
  reply.detail = candidates.detail;
  if (reply.outcome != Outcome::ok) return reply;
  const Instant until = steady_clock::now() + target_.connect_timeout;
  const Connection connection = connect_to(candidates.endpoints, until, watch_, route_.before);
  if (connection.stopped) return std::nullopt;
  reply.address = connection.peer.text();
  reply.timings.connect = connection.took;
  reply.timings.total = candidates.took + connection.took;
  reply.outcome = connection.outcome;
  reply.detail = connection.detail;
  if (reply.outcome != Outcome::ok) return reply;

  const Instant start = steady_clock::now();
  TlsStream stream(context_, connection.socket, item_.sni.value_or(""), session_.get());
  Ended end = stream.handshake(until, watch_);
  reply.timings.tls = steady_clock::now() - start;
  if (seen_.hello_sent()) ++sent;
  if (end == Ended::done) settle(stream, end, until);
  if (end == Ended::stopped) return std::nullopt;
  if (stream.first_byte_at() > start) reply.timings.first_byte = stream.first_byte_at() - start;
  reply.timings.total += steady_clock::now() - start;
  judge(stream, end, reply);
  if (reply.outcome != Outcome::ok) return reply;
  stream.shut(until, watch_);
  session_.reset(item_.resume ? SSL_get1_session(stream.ssl()) : nullptr);
  return reply;
}

void Shaker::settle(TlsStream& stream, Ended& end, Instant until) {
  const bool asked = seen_.facts() && seen_.facts()->client_certificate_asked;
  const bool wants_ticket = item_.resume && !session_;
  if (SSL_version(stream.ssl()) != TLS1_3_VERSION || !(asked || wants_ticket)) return;
  until = std::min(until, steady_clock::now() + kAfterwards);
  end = stream.read_until([this] { return seen_.ticket(); }, until, watch_);
  // Silence and an orderly end are no refusal, nor is any end where no certificate was asked for.
  const bool orderly = end == Ended::closed && seen_.close_notified();
  const bool left = (end == Ended::closed || end == Ended::reset) && !asked;
  if (end == Ended::timed_out || orderly || left) end = Ended::done;
}

void Shaker::judge(const TlsStream& stream, Ended end, HandshakeReply& reply) const {
  reply.tls = seen_.facts();
  reply.alert = seen_.alert_received();
  reply.detail = stream.detail();
  reply.outcome = Outcome::tls_error;
  if (end == Ended::done) {
    reply.outcome = Outcome::ok;
    reply.detail.clear();
  } else if (end == Ended::not_tls) {
    reply.not_tls = true;
    reply.first_bytes = stream.first_bytes();
    reply.detail = "the answer is not TLS";
  } else if (end == Ended::timed_out) {
    reply.outcome = Outcome::timeout;
    reply.detail = seen_.answered() ? "the handshake was not finished in time"
                                    : "connected, but no answer to the ClientHello";
  } else if (!seen_.hello_sent()) {
    reply.outcome = Outcome::local;
  } else if (end == Ended::failed && reply.alert && !seen_.alert_sent()) {
    reply.refused_by_server = true;
    reply.detail =
        fmt::format("the server sent the alert {} ({})", alert_name(*reply.alert), *reply.alert);
  } else if (end == Ended::failed && !seen_.close_notified()) {
    reply.detail = fmt::format("given up by this side: {}", stream.detail());
  } else {
    judge_close(stream, end, reply);
  }
}

/// Closed or reset. It was an answer to us if the last word had been ours.
void Shaker::judge_close(const TlsStream& stream, Ended end, HandshakeReply& reply) const {
  reply.refused_by_server =
      (stream.ours_was_last() || seen_.close_notified()) && !seen_.alert_sent();
  if (seen_.close_notified()) reply.alert = SSL_AD_CLOSE_NOTIFY;
  if (end == Ended::reset) {
    reply.outcome = Outcome::reset;
    reply.detail = "the server reset the connection";
  } else if (reply.refused_by_server) {
    reply.detail = "the server closed the connection in answer to the handshake";
  } else {
    reply.outcome = Outcome::truncated;
    reply.detail = "the server closed the connection in the middle of its answer";
  }
}

/// Where one round of the item goes: to each address, or wherever a connection comes about.
std::vector<std::optional<Endpoint>> places(const Handshake& item, const Route& route) {
  if (item.every_address)
    if (const auto found = route.find(item.host, item.port, item.address);
        found.endpoints.size() > 1)
      return {found.endpoints.begin(), found.endpoints.end()};
  return {std::nullopt};
}

HandshakeReply unable(std::string words) {
  HandshakeReply reply;
  reply.outcome = Outcome::local;
  reply.detail = std::move(words);
  return reply;
}

}  // namespace

Result<void> run_handshakes(const Target& target, const Handshakes& handshakes, const Route& route,
                            Watch& watch, Evidence& evidence) {
  const auto trust = Trust::load(target.ca);
  if (!trust) return tl::unexpected(trust.error());
  const auto wardrobe = dress(target, handshakes);
  if (!wardrobe) return tl::unexpected(wardrobe.error());
  std::uint64_t due = 0, done = 0;
  for (const Handshake& item : handshakes.items) due += item.times;

  for (std::size_t i = 0; i < handshakes.items.size(); ++i) {
    const Handshake& item = handshakes.items[i];
    const auto context = make_context(item, wardrobe->of(item.certificate));
    std::optional<Shaker> shaker;
    if (context) shaker.emplace(item, target, *trust, route, watch, context->get());
    const auto all = places(item, route);
    due += item.times * (all.size() - 1);
    for (std::size_t turn = 0; turn < item.times * all.size(); ++turn) {
      std::optional<HandshakeReply> reply;
      if (!watch.stopped() && steady_clock::now() < watch.deadline)
        reply =
            shaker ? shaker->shake(all[turn % all.size()], evidence.sent) : unable(context.error());
      if (!reply) {
        evidence.end = watch.stopped() ? End::interrupted : End::out_of_time;
        return {};
      }
      reply->item = i;
      reply->round = static_cast<std::uint32_t>(turn / all.size());
      evidence.handshakes.push_back(std::move(*reply));
      if (watch.progress) watch.progress(++done, due);
    }
  }
  return {};
}

}  // namespace ingress_check
