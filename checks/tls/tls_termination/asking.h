// What tls-termination is asked to prove, what it sends for it, and how its answers are found
// again.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "checks/doors.h"

namespace ingress_check::tls_termination {

/// `hsts:` of the scenario.
struct Hsts {
  bool wanted = true;
  std::int64_t least_max_age = 1;  ///< seconds
};
/// Reads `true`, `false`, seconds, or a duration.
Result<Hsts> parse_hsts(const std::string& text);
/// Upper-case hex without colons; an Error unless it is 64 digits long.
Result<std::string> parse_fingerprint(const std::string& text);

/// The parameters, read.
struct Wishes {
  Doors doors;
  std::vector<std::string> names;
  std::int64_t min_days = 14;
  TlsVersion min_version = TlsVersion::tls1_2;
  std::vector<std::string> alpn;
  std::optional<Hsts> hsts;
  std::string direct;  ///< host:port of the ingress behind the balancer
  std::vector<std::string> fingerprints;
  std::string unknown_name;        ///< "default", "refuse" or empty
  std::string client_certificate;  ///< "required", "optional", "none" or empty
  std::string forwarded_proto;     ///< "https", "http" or "any"
  bool forwarded_stated = false;   ///< else a missing header is no failure
  /// Fresh handshakes for each name: one of `replicas` that shows another certificate is met with
  /// the check's power.
  std::uint32_t handshakes_a_name = 1;
};
Wishes read_wishes(const Params& params, const Subject& subject);
/// The name that a certificate for that host must cover: the target's `sni` stands for its own
/// host.
std::string certified_name(const Wishes& wishes, const Target& target, const std::string& host);
/// Where the user wrote that parameter.
Place place_of(const Params& params, std::string_view key);

/// One connection's certificate.
struct Shown {
  const TlsFacts* facts;
  std::string address;
};

/// Everything that was learnt so far.
class Picture {
 public:
  Picture(Wishes wanted, std::span<const Evidence> so_far) : wishes(std::move(wanted)) {
    read(so_far);
  }
  Wishes wishes;
  const HandshakeReply* first = nullptr;

  /// All replies of that item, over all rounds.
  std::vector<const HandshakeReply*> all(const std::string& item) const;
  const HandshakeReply* one(const std::string& item) const;
  /// What every connection was shown that asked for that name, handshakes and requests alike;
  /// `direct` apart.
  std::vector<Shown> shown_to(const std::string& sni) const;
  /// Where the handshakes of that item went, each address once.
  std::set<std::string> addresses(const std::string& item) const;
  const Exchange* exchange(const std::string& tag) const;
  const Request* request(const std::string& tag) const;

 private:
  void read(std::span<const Evidence> so_far);
  std::vector<std::pair<std::string, const HandshakeReply*>> replies_;
  std::vector<std::pair<std::string, Shown>> shown_;  ///< by SNI
  std::vector<std::pair<std::string, const Exchange*>> exchanges_;
  std::vector<std::pair<std::string, const Request*>> requests_;
};

/// The leaf that a reply shows; null if it shows none.
const Certificate* leaf(const HandshakeReply* reply);

/// The next phase; nothing when all has been asked, or when the first handshake shows that asking
/// on is no use.
std::optional<Traffic> next_phase(const Wishes& wishes, const Subject& subject,
                                  std::span<const Evidence> so_far);

}  // namespace ingress_check::tls_termination
