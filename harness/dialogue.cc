#include "harness/dialogue.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "harness/tls_stream.h"

namespace ingress_check {
namespace {

using std::chrono::steady_clock;

std::string_view raw(const void* bytes, std::size_t size) {
  return {static_cast<const char*>(bytes), size};
}

std::string ip_of(const Endpoint& endpoint) {
  const std::string text = endpoint.text();
  const std::string ip = text.substr(0, text.rfind(':'));
  return ip.starts_with('[') ? ip.substr(1, ip.size() - 2) : ip;
}

/// In network order, as both the socket address and the header hold it.
std::uint16_t port_of(const Endpoint& endpoint) {
  return endpoint.storage.ss_family == AF_INET6
             ? reinterpret_cast<const sockaddr_in6&>(endpoint.storage).sin6_port
             : reinterpret_cast<const sockaddr_in&>(endpoint.storage).sin_port;
}

std::string_view address_bytes(const Endpoint& endpoint) {
  if (endpoint.storage.ss_family == AF_INET6)
    return raw(&reinterpret_cast<const sockaddr_in6&>(endpoint.storage).sin6_addr, 16);
  return raw(&reinterpret_cast<const sockaddr_in&>(endpoint.storage).sin_addr, 4);
}

/// The target's `sni` stands for its own host; an IP address is no server name (RFC 6066, 3).
std::string server_name(const std::string& host, const Target& target) {
  if (target.sni && host == target.url.host) return *target.sni;
  return Endpoint::of(host, 0) ? std::string() : host;
}

/// Reads until the peer closes, enough has come, or time is up.
Transfer listen(const Socket& socket, std::string& into, std::size_t at_most, Instant until,
                const Watch& watch) {
  std::array<char, 4096> buffer{};
  while (into.size() < at_most) {
    const std::span<char> room(buffer.data(), std::min(buffer.size(), at_most - into.size()));
    const Transfer transfer = read_some(socket, room, until, watch);
    if (transfer.end != Transfer::End::some) return transfer;
    into.append(buffer.data(), transfer.size);
  }
  return {Transfer::End::some, into.size(), {}};
}

void judge(const Transfer& last, BytesReply& reply) {
  using End = Transfer::End;
  reply.closed = last.end == End::closed || last.end == End::reset;
  if (!reply.bytes.empty() || last.end == End::closed || last.end == End::some) return;
  reply.detail = last.detail;
  reply.outcome = last.end == End::reset       ? Outcome::reset
                  : last.end == End::timed_out ? Outcome::timeout
                                               : Outcome::local;
}

Transfer::End plain(TlsStream::End end) {
  switch (end) {
    case TlsStream::End::done:
      return Transfer::End::some;
    case TlsStream::End::closed:
      return Transfer::End::closed;
    case TlsStream::End::reset:
      return Transfer::End::reset;
    case TlsStream::End::timed_out:
      return Transfer::End::timed_out;
    case TlsStream::End::stopped:
      return Transfer::End::stopped;
    default:
      return Transfer::End::failed;
  }
}

/// How the bytes of one dialogue ended; `tls_failed` if they never got so far.
struct Talk {
  Transfer last;
  bool tls_failed = false;
};

Talk talk_plain(const Dialogue& item, const Socket& socket, Instant until, const Watch& watch,
                BytesReply& reply) {
  const Transfer written = write_all(socket, item.write, until, watch);
  if (written.end == Transfer::End::stopped) return {written};
  // Also after a failed write: the peer may have answered before it closed.
  return {listen(socket, reply.bytes, item.read_at_most, until, watch)};
}

Talk talk_tls(const Dialogue& item, const Target& target, const Socket& socket, Instant until,
              const Watch& watch, BytesReply& reply) {
  const auto context = make_context({}, nullptr);
  if (!context) return {{Transfer::End::failed, 0, context.error()}};
  TlsStream stream(context->get(), socket, server_name(item.host, target), nullptr);
  TlsStream::End end = stream.handshake(until, watch);
  if (end != TlsStream::End::done) {
    const bool timing = end == TlsStream::End::timed_out || end == TlsStream::End::stopped;
    std::string words = stream.detail();
    if (end == TlsStream::End::not_tls) words = "the answer is not TLS";
    if (end == TlsStream::End::closed) words = "closed during the TLS handshake";
    return {{plain(end), 0, std::move(words)}, !timing};
  }
  end = stream.write(item.write, until, watch);
  if (end != TlsStream::End::stopped)
    end = stream.read(reply.bytes, item.read_at_most, until, watch);
  Talk talk{{plain(end), 0, stream.detail()}, end == TlsStream::End::failed && reply.bytes.empty()};
  if (end == TlsStream::End::done || end == TlsStream::End::timed_out) stream.shut(until, watch);
  return talk;
}

/// Nothing if stopped.
std::optional<BytesReply> hold(const Dialogue& item, const Target& target, const Route& route,
                               const Watch& watch, std::uint64_t& sent) {
  BytesReply reply;
  const Candidates candidates = route.find(item.host, item.port, item.address);
  reply.outcome = candidates.outcome;
  reply.detail = candidates.detail;
  if (reply.outcome != Outcome::ok) return reply;
  const Instant start = steady_clock::now();
  const Instant until = start + item.timeout;
  const Connection connection = connect_to(
      candidates.endpoints, std::min(until, start + target.connect_timeout), watch, route.before);
  if (connection.stopped) return std::nullopt;
  reply.address = connection.peer.text();
  reply.outcome = connection.outcome;
  reply.detail = connection.detail;
  if (reply.outcome != Outcome::ok) return reply;
  ++sent;
  if (item.proxy != Dialogue::Proxy::none &&
      write_all(connection.socket, proxy_header(item.proxy, connection.local, connection.peer),
                until, watch)
              .end == Transfer::End::stopped)
    return std::nullopt;
  const Talk talk = item.tls ? talk_tls(item, target, connection.socket, until, watch, reply)
                             : talk_plain(item, connection.socket, until, watch, reply);
  if (talk.last.end == Transfer::End::stopped) return std::nullopt;
  judge(talk.last, reply);
  if (talk.tls_failed) {
    reply.outcome = Outcome::tls_error;
    reply.detail = talk.last.detail;
  }
  return reply;
}

}  // namespace

std::string proxy_header(Dialogue::Proxy version, const Endpoint& from, const Endpoint& to) {
  const bool v6 = to.storage.ss_family == AF_INET6;
  const std::uint16_t from_port = port_of(from), to_port = port_of(to);
  if (version == Dialogue::Proxy::v1)
    return fmt::format("PROXY {} {} {} {} {}\r\n", v6 ? "TCP6" : "TCP4", ip_of(from), ip_of(to),
                       ntohs(from_port), ntohs(to_port));
  if (version != Dialogue::Proxy::v2) return {};
  std::string out("\r\n\r\n\0\r\nQUIT\n", 12);
  out += '\x21';                // version 2, PROXY
  out += v6 ? '\x21' : '\x11';  // TCP over IPv6, or over IPv4
  out += '\0';                  // length, high byte
  out += v6 ? '\x24' : '\x0c';  // 36 or 12 bytes follow
  out += address_bytes(from);
  out += address_bytes(to);
  out += raw(&from_port, 2);
  out += raw(&to_port, 2);
  return out;
}

Result<void> run_dialogues(const Target& target, const Bytes& bytes, const Route& route,
                           Watch& watch, Evidence& evidence) {
  for (std::size_t i = 0; i < bytes.items.size(); ++i) {
    std::optional<BytesReply> reply;
    if (!watch.stopped() && steady_clock::now() < watch.deadline)
      reply = hold(bytes.items[i], target, route, watch, evidence.sent);
    if (!reply) {
      evidence.end = watch.stopped() ? End::interrupted : End::out_of_time;
      return {};
    }
    reply->item = i;
    evidence.dialogues.push_back(std::move(*reply));
    if (watch.progress) watch.progress(i + 1, bytes.items.size());
  }
  return {};
}

}  // namespace ingress_check
