#include "harness/certificate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace ingress_check {
namespace {

constexpr std::size_t kTextLimit = 1024;
constexpr std::size_t kNameLimit = 256;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string bounded(std::string text) {
  if (text.size() > kTextLimit) text.resize(kTextLimit);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return text;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += fmt::format("{:02X}", bytes[i]);
  return out;
}

std::string distinguished(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  return bounded(content(bio.get()));
}

std::string common_name(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return bounded(std::move(out));
}

std::chrono::system_clock::time_point instant(const ASN1_TIME* time) {
  std::tm fields{};
  if (!time || ASN1_TIME_to_tm(time, &fields) != 1) return {};
  // system_clock counts nanoseconds in 64 bits: 1678 to 2261. RFC 5280's "no end" is the year 9999.
  constexpr std::time_t kLatest = 9'000'000'000;
  return std::chrono::system_clock::from_time_t(std::clamp(timegm(&fields), -kLatest, kLatest));
}

std::string serial_number(X509* certificate) {
  BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
  char* text = number ? BN_bn2hex(number) : nullptr;
  std::string out = text ? text : "";
  OPENSSL_free(text);
  BN_free(number);
  return bounded(std::move(out));
}

std::string key_words(X509* certificate) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (!key) return "unknown";
  const int type = EVP_PKEY_get_base_id(key);
  std::array<char, 80> group{};
  if (type == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1)
    return fmt::format("EC {}", group.data());
  const char* name = OBJ_nid2sn(type);
  if (type == EVP_PKEY_RSA) name = "RSA";
  if (type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448) return name;
  return fmt::format("{} {}", name ? name : "unknown", EVP_PKEY_get_bits(key));
}

std::string ip_text(const ASN1_OCTET_STRING* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int size = ASN1_STRING_length(octets);
  if (size != 4 && size != 16) return {};
  inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(octets), text.data(),
            static_cast<socklen_t>(text.size()));
  return text.data();
}

void read_names(X509* certificate, Certificate& out) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (out.dns_names.size() + out.ip_names.size() >= kNameLimit) break;
    if (name->type == GEN_DNS) {
      const ASN1_STRING* text = name->d.dNSName;
      out.dns_names.push_back(
          bounded(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                              static_cast<std::size_t>(ASN1_STRING_length(text)))));
    } else if (name->type == GEN_IPADD) {
      if (std::string ip = ip_text(name->d.iPAddress); !ip.empty())
        out.ip_names.push_back(std::move(ip));
    }
  }
  GENERAL_NAMES_free(names);
}

/// The smaller, the earlier a person should hear of it.
int rank(int code) {
  switch (code) {
    case X509_V_ERR_CERT_REVOKED:
      return 0;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return 1;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return 2;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return 3;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return 5;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return 6;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      return 7;
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return 8;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return 9;
    default:
      return 4;  // purpose, path length, not an authority, bad encoding ...
  }
}

int collect(int ok, X509_STORE_CTX* context) {
  auto* codes = static_cast<std::vector<int>*>(X509_STORE_CTX_get_app_data(context));
  if (!ok) codes->push_back(X509_STORE_CTX_get_error(context));
  return 1;
}

bool sends(STACK_OF(X509) * sent, const X509_NAME* subject) {
  for (int i = 0; i < sk_X509_num(sent); ++i)
    if (X509_NAME_cmp(X509_get_subject_name(sk_X509_value(sent, i)), subject) == 0) return true;
  return false;
}

/// Subjects of the chain's certificates that nobody sent and that are no roots.
std::vector<std::string> supplied(STACK_OF(X509) * chain, STACK_OF(X509) * sent) {
  std::vector<std::string> subjects;
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    X509* certificate = sk_X509_value(chain, i);
    const X509_NAME* subject = X509_get_subject_name(certificate);
    if (X509_self_signed(certificate, 0) != 1 && !sends(sent, subject))
      subjects.push_back(distinguished(subject));
  }
  return subjects;
}

/// All that is wrong with the chain; the name apart. `not_sent` as in Verification.
std::vector<int> chain_errors(const Trust& trust, STACK_OF(X509) * sent,
                              std::vector<std::string>& not_sent) {
  std::vector<int> codes;
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  if (context && X509_STORE_CTX_init(context, trust.store(), sk_X509_value(sent, 0), sent) == 1 &&
      X509_STORE_CTX_set_default(context, "ssl_server") == 1) {
    X509_STORE_CTX_set_app_data(context, &codes);
    X509_STORE_CTX_set_verify_cb(context, collect);
    if (X509_verify_cert(context) != 1 && codes.empty())
      codes.push_back(X509_STORE_CTX_get_error(context));
    if (codes.empty()) not_sent = supplied(X509_STORE_CTX_get0_chain(context), sent);
  } else {
    codes.push_back(X509_V_ERR_UNSPECIFIED);
  }
  X509_STORE_CTX_free(context);
  ERR_clear_error();
  return codes;
}

std::string host_of(const std::string& name) {
  if (name.size() > 2 && name.front() == '[' && name.back() == ']')
    return name.substr(1, name.size() - 2);
  if (name.size() > 1 && name.back() == '.') return name.substr(0, name.size() - 1);
  return name;
}

bool is_ip(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

}  // namespace

Certificate read_certificate(X509* certificate) {
  Certificate out;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  out.subject = distinguished(subject);
  out.issuer = distinguished(issuer);
  out.subject_cn = common_name(subject);
  out.issuer_cn = common_name(issuer);
  out.serial = serial_number(certificate);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1)
    out.sha256 = hex(digest.data(), size);
  read_names(certificate, out);
  out.not_before = instant(X509_get0_notBefore(certificate));
  out.not_after = instant(X509_get0_notAfter(certificate));
  out.key = key_words(certificate);
  out.version = static_cast<int>(X509_get_version(certificate)) + 1;
  out.self_signed = X509_self_signed(certificate, 1) == 1;
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate) == 1) out.pem = content(bio.get());
  ERR_clear_error();
  return out;
}

Result<Trust> Trust::load(const std::string& ca_file) {
  Trust trust;
  trust.store_.reset(X509_STORE_new());
  if (!trust.store_) return cannot("OpenSSL has no memory for a certificate store");
  const int loaded = ca_file.empty() ? X509_STORE_set_default_paths(trust.store())
                                     : X509_STORE_load_file(trust.store(), ca_file.c_str());
  ERR_clear_error();
  if (loaded != 1)
    return tl::unexpected(Error{fmt::format("no certificates could be read from '{}'", ca_file),
                                "`ca` names a PEM file of the authorities to trust"});
  X509_STORE_set_flags(trust.store(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  return trust;
}

bool covers(X509* certificate, const std::string& name) {
  const std::string host = host_of(name);
  if (host.empty()) return false;
  constexpr unsigned int kFlags =
      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  const bool matches =
      is_ip(host) ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                  : X509_check_host(certificate, host.data(), host.size(), kFlags, nullptr) == 1;
  ERR_clear_error();
  return matches;
}

Verification verify(const Trust& trust, STACK_OF(X509) * sent, const std::string& name) {
  Verification out;
  if (sk_X509_num(sent) <= 0) {
    out.codes = {X509_V_ERR_UNSPECIFIED};
    out.error = "the server sent no certificate";
    return out;
  }
  out.codes = chain_errors(trust, sent, out.not_sent);
  out.chain_verified = out.codes.empty();
  out.name_matches = covers(sk_X509_value(sent, 0), name);
  if (!out.name_matches)
    out.codes.push_back(is_ip(host_of(name)) ? X509_V_ERR_IP_ADDRESS_MISMATCH
                                             : X509_V_ERR_HOSTNAME_MISMATCH);
  std::stable_sort(out.codes.begin(), out.codes.end(),
                   [](int a, int b) { return std::pair(rank(a), a) < std::pair(rank(b), b); });
  out.codes.erase(std::unique(out.codes.begin(), out.codes.end()), out.codes.end());
  if (!out.codes.empty()) out.error = X509_verify_cert_error_string(out.codes.front());
  return out;
}

}  // namespace ingress_check
