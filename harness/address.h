// From the name in a URL to addresses to connect to: redirections, DNS with a time limit, and what
// counts as our own machine.
#pragma once

#include <netdb.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/sender.h"
#include "harness/socket.h"
#include "scenarios/error.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// Host and port that a connection really goes to.
struct Destination {
  std::string host;  ///< name or IP, without brackets
  std::uint16_t port = 0;
  friend bool operator==(const Destination&, const Destination&) = default;
};

/// `address` (IP or host:port) if there is one, else the target's redirection that fits `port`,
/// else host and port themselves. Errors: `address` cannot be read.
Result<Destination> destination(const Target& target, const std::string& host, std::uint16_t port,
                                const std::optional<std::string>& address);

/// "[::1]:80", "127.0.0.1:80", "name:80".
std::string host_and_port(std::string_view host, std::uint16_t port);

/// 127.0.0.0/8, ::1 and the IPv4-mapped forms.
bool is_loopback(const Endpoint& endpoint);

/// A set of IPs and CIDR networks.
class Networks {
 public:
  static Result<Networks> parse(const std::vector<std::string>& texts);
  bool contains(const Endpoint& endpoint) const;

 private:
  struct Network {
    std::string bytes;  ///< 4 or 16, network order
    int bits = 0;
  };
  std::vector<Network> networks_;
};

/// Looks names up, each once, several at the same time; for one phase. At most 8 addresses a name.
/// Virtual where a test gives the answers instead of DNS.
class Resolver {
 public:
  /// `ip_version` 4, 6 or 0. A name that is not found within `limit` is unresolved.
  Resolver(int ip_version, Duration limit);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  virtual ~Resolver();

  /// Begins to look a name up; find() collects it. Numeric addresses need no lookup.
  virtual void begin(const std::string& host);
  /// The next find() asks again; not of a name that is being looked up.
  virtual void forget(const std::string& host);
  /// Whether find() would not wait. False for a name that was not begun.
  virtual bool answered(const std::string& host) const;
  /// Waits until the name is known, the limit has passed, or the watch says stop (then unresolved).
  /// `took` is given only the first time: later answers come from memory.
  virtual Candidates find(const Destination& where, const Watch& watch);

 private:
  struct Lookup;
  void collect(Lookup& lookup, const Watch& watch);

  int ip_version_;
  Duration limit_;
  std::map<std::string, std::unique_ptr<Lookup>> lookups_;
};

}  // namespace ingress_check
