// The TLS side of the simulated ingress.
#pragma once

#include "checks/fake_ingress.h"

namespace ingress_check {

/// What a client that names `sni` (empty: no SNI) is shown; none: the handshake is refused.
std::optional<TlsFacts> fake_facts(const FakeConfig& config, const std::string& sni);
HandshakeReply fake_handshake(const FakeConfig& config, const Target& target, const Handshake& item,
                              std::size_t index, std::uint32_t round);
BytesReply fake_dialogue(const FakeConfig& config, const Dialogue& item, std::size_t index);

/// Facts of a certificate that verifies for that name, `days` from `now` to its end.
TlsFacts fake_certificate(const std::string& name, std::chrono::system_clock::time_point now,
                          int days = 90);

}  // namespace ingress_check
