#include "checks/fake_tls.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check {

TlsFacts fake_certificate(const std::string& name, std::chrono::system_clock::time_point now,
                          int days) {
  Certificate leaf;
  leaf.subject = "CN=" + name;
  leaf.subject_cn = name;
  leaf.issuer = "CN=Practice Authority";
  leaf.issuer_cn = "Practice Authority";
  leaf.serial = fmt::format("{:016X}", std::hash<std::string>{}(name));
  leaf.sha256 = fmt::format("{:064X}", std::hash<std::string>{}(name));
  leaf.dns_names = {name};
  leaf.not_before = now - std::chrono::hours(24);
  leaf.not_after = now + std::chrono::hours(24) * days;
  leaf.key = "EC prime256v1";
  TlsFacts facts;
  facts.cipher = "TLS_AES_256_GCM_SHA384";
  facts.chain = {leaf};
  facts.verified = facts.chain_verified = facts.name_matches = true;
  return facts;
}

std::optional<TlsFacts> fake_facts(const FakeConfig& config, const std::string& sni) {
  if (!config.tls)
    return config.permissive
               ? std::optional(fake_certificate(sni, std::chrono::system_clock::now()))
               : std::nullopt;
  const auto& tls = *config.tls;
  const auto dot = sni.find('.');
  auto found = tls.by_name.find(sni);
  if (found == tls.by_name.end() && dot != std::string::npos)
    found = tls.by_name.find("*" + sni.substr(dot));
  return found != tls.by_name.end() ? std::optional(found->second) : tls.otherwise;
}

HandshakeReply fake_handshake(const FakeConfig& config, const Target&, const Handshake& item,
                              std::size_t index, std::uint32_t round) {
  HandshakeReply reply;
  reply.item = index;
  reply.round = round;
  reply.address = fmt::format("192.0.2.1:{}", item.port);
  reply.timings.total = reply.timings.tls = config.latency;
  const auto fail = [&](std::string detail) {
    reply.outcome = Outcome::tls_error;
    reply.detail = std::move(detail);
    return reply;
  };
  if (config.down) {
    reply.outcome = *config.down;
    return reply;
  }
  if (!config.permissive && (!config.tls || config.tls->port != item.port)) {
    reply.not_tls = true;
    reply.first_bytes = "HTTP/1.1 400 Bad Request\r\n";
    return fail("the answer is not TLS");
  }
  const auto tls = config.tls.value_or(FakeTls{});
  const auto least = std::max(item.least.value_or(TlsVersion::tls1_0), tls.least);
  const auto most = std::min(item.most.value_or(TlsVersion::tls1_3), tls.most);
  auto facts = fake_facts(config, item.sni.value_or(""));
  if (least > most || !facts) {
    reply.alert = least > most ? 70 : 112;
    reply.refused_by_server = true;
    return fail(least > most ? "alert: protocol version" : "alert: unrecognized name");
  }
  facts->version = most;
  facts->sni = item.sni.value_or("");
  facts->resumed = item.resume;
  for (const auto& offered : tls.alpn)
    if (facts->alpn.empty() && std::ranges::find(item.alpn, offered) != item.alpn.end())
      facts->alpn = offered;
  reply.tls = std::move(facts);
  return reply;
}

BytesReply fake_dialogue(const FakeConfig& config, const Dialogue& item, std::size_t index) {
  BytesReply reply;
  reply.item = index;
  reply.address = fmt::format("192.0.2.1:{}", item.port);
  if (config.down) {
    reply.outcome = *config.down;
    return reply;
  }
  const bool to_tls = config.tls && config.tls->port == item.port && !item.tls;
  const auto& page = to_tls ? config.plain_http_on_tls : config.no_route;
  reply.bytes = fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                            page.status, page.status == 400 ? "Bad Request" : "Not Found",
                            page.body.size(), page.body)
                    .substr(0, item.read_at_most);
  reply.closed = true;
  return reply;
}

}  // namespace ingress_check
