#include "harness/tls_watch.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <utility>

namespace ingress_check {
namespace {

constexpr int kChainLimit = 10;

/// RFC 8446, 6 and B.2, with those of older versions.
constexpr std::pair<int, const char*> kAlerts[] = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {22, "record_overflow"},
    {40, "handshake_failure"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
};

int slot() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

TlsVersion version_of(const SSL* ssl) {
  switch (SSL_version(ssl)) {
    case TLS1_VERSION:
      return TlsVersion::tls1_0;
    case TLS1_1_VERSION:
      return TlsVersion::tls1_1;
    case TLS1_2_VERSION:
      return TlsVersion::tls1_2;
    default:
      return TlsVersion::tls1_3;
  }
}

/// The stapled answer about this very certificate, or "malformed".
std::string ocsp_word(OCSP_BASICRESP* basic, X509* leaf) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, i);
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial,
                      const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single)));
    if (!serial || ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) != 0) continue;
    switch (OCSP_single_get0_status(single, nullptr, nullptr, nullptr, nullptr)) {
      case V_OCSP_CERTSTATUS_GOOD:
        return "good";
      case V_OCSP_CERTSTATUS_REVOKED:
        return "revoked";
      case V_OCSP_CERTSTATUS_UNKNOWN:
        return "unknown";
      default:
        return "malformed";
    }
  }
  return "malformed";
}

std::string ocsp_status(SSL* ssl, X509* leaf) {
  const unsigned char* bytes = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
  if (size <= 0 || !bytes || !leaf) return {};
  std::string word = "malformed";
  OCSP_RESPONSE* response = d2i_OCSP_RESPONSE(nullptr, &bytes, size);
  if (response && OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    OCSP_BASICRESP* basic = OCSP_response_get1_basic(response);
    if (basic) word = ocsp_word(basic, leaf);
    OCSP_BASICRESP_free(basic);
  }
  OCSP_RESPONSE_free(response);
  ERR_clear_error();
  return word;
}

/// What the connection itself says; as much as is agreed on by now.
void read_session(SSL* ssl, TlsFacts& facts) {
  facts.version = version_of(ssl);
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl))
    facts.cipher = SSL_CIPHER_get_name(cipher);
  const unsigned char* alpn = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &alpn, &size);
  facts.alpn.assign(reinterpret_cast<const char*>(alpn), size);
  const char* sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  facts.sni = sni ? sni : "";
  facts.resumed = SSL_session_reused(ssl) == 1;
}

void read_chain(STACK_OF(X509) * chain, const Verification& verification, TlsFacts& facts) {
  facts.chain.clear();
  for (int i = 0; i < sk_X509_num(chain) && i < kChainLimit; ++i)
    facts.chain.push_back(read_certificate(sk_X509_value(chain, i)));
  facts.verified = verification.verified();
  facts.chain_verified = verification.chain_verified;
  facts.name_matches = verification.name_matches;
  facts.verify_error = verification.error;
  facts.verify_codes = verification.codes;
  facts.not_sent = verification.not_sent;
  facts.verify_code = verification.codes.empty() ? 0 : verification.codes.front();
}

}  // namespace

TlsFacts tls_facts(SSL* ssl, const Trust& trust, const std::string& name) {
  TlsFacts facts;
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  read_session(ssl, facts);
  read_chain(chain, verify(trust, chain, name), facts);
  facts.ocsp = ocsp_status(ssl, sk_X509_value(chain, 0));
  return facts;
}

TlsWatch::TlsWatch(const Trust& trust, std::string name, bool go_on)
    : trust_(trust), name_(std::move(name)), go_on_(go_on) {}

void TlsWatch::attach(SSL_CTX* context) {
  SSL_CTX_set_ex_data(context, slot(), this);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, on_chain, this);
  SSL_CTX_set_info_callback(context, on_info);
  SSL_CTX_set_msg_callback(context, on_message);
  SSL_CTX_set_msg_callback_arg(context, this);
  SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
}

void TlsWatch::forget() {
  facts_.reset();
  hello_sent_ = answered_ = done_ = ticket_ = asked_ = close_notified_ = false;
  alert_received_.reset();
  alert_sent_.reset();
}

int TlsWatch::on_chain(X509_STORE_CTX* store, void* self) {
  auto& watch = *static_cast<TlsWatch*>(self);
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_untrusted(store);
  const Verification verification = verify(watch.trust_, chain, watch.name_);
  TlsFacts facts;
  read_session(ssl, facts);
  read_chain(chain, verification, facts);
  facts.client_certificate_asked = watch.asked_;
  watch.facts_ = std::move(facts);
  const bool pass = verification.verified() || watch.go_on_;
  X509_STORE_CTX_set_error(store, pass ? X509_V_OK : verification.codes.front());
  return pass ? 1 : 0;
}

void TlsWatch::on_info(const SSL* ssl, int where, int) {
  auto* watch = static_cast<TlsWatch*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), slot()));
  if (!watch) return;
  if (where & SSL_CB_HANDSHAKE_START) watch->forget();
  if (where & SSL_CB_HANDSHAKE_DONE) watch->complete(const_cast<SSL*>(ssl));
}

void TlsWatch::complete(SSL* ssl) {
  done_ = true;
  if (!facts_)
    facts_ = tls_facts(ssl, trust_, name_);  // resumed: no certificate was sent this time
  read_session(ssl, *facts_);
  facts_->ocsp = ocsp_status(ssl, SSL_get0_peer_certificate(ssl));
  facts_->client_certificate_asked = asked_;
}

void TlsWatch::on_message(int ours, int, int type, const void* bytes, std::size_t size, SSL*,
                          void* self) {
  static_cast<TlsWatch*>(self)->note(ours != 0, type, static_cast<const unsigned char*>(bytes),
                                     size);
}

void TlsWatch::note(bool ours, int type, const unsigned char* bytes, std::size_t size) {
  if (type == SSL3_RT_ALERT && size >= 2) {
    if (!ours) answered_ = true;
    if (bytes[1] != SSL_AD_CLOSE_NOTIFY)
      (ours ? alert_sent_ : alert_received_) = bytes[1];
    else if (!ours)
      close_notified_ = true;
  } else if (type == SSL3_RT_HANDSHAKE && size >= 1) {
    if (ours && bytes[0] == SSL3_MT_CLIENT_HELLO) hello_sent_ = true;
    if (ours) return;
    answered_ = true;
    if (bytes[0] == SSL3_MT_CERTIFICATE_REQUEST) asked_ = true;
    if (bytes[0] == SSL3_MT_NEWSESSION_TICKET) ticket_ = true;
    if (facts_) facts_->client_certificate_asked = asked_;
  }
}

std::string alert_name(int alert) {
  for (const auto& [number, name] : kAlerts)
    if (number == alert) return name;
  return fmt::format("alert {}", alert);
}

}  // namespace ingress_check
