#include "harness/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace ingress_check {
namespace {

constexpr std::size_t kAddressLimit = 8;

/// The address alone, in network order; an IPv4-mapped IPv6 address as IPv4.
std::string address_bytes(const Endpoint& endpoint) {
  if (endpoint.storage.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &endpoint.storage, sizeof four);
    return {reinterpret_cast<const char*>(&four.sin_addr), sizeof four.sin_addr};
  }
  sockaddr_in6 six{};
  std::memcpy(&six, &endpoint.storage, sizeof six);
  const std::string all{reinterpret_cast<const char*>(&six.sin6_addr), sizeof six.sin6_addr};
  return IN6_IS_ADDR_V4MAPPED(&six.sin6_addr) ? all.substr(12) : all;
}

bool same_prefix(std::string_view a, std::string_view b, int bits) {
  if (a.size() != b.size()) return false;
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto differs = static_cast<unsigned char>(a[whole] ^ b[whole]);
  return (differs >> (8 - rest)) == 0;
}

}  // namespace

std::string host_and_port(std::string_view host, std::uint16_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

Result<Destination> destination(const Target& target, const std::string& host, std::uint16_t port,
                                const std::optional<std::string>& address) {
  std::vector<Redirection> redirections;
  if (address) {
    auto own = parse_address(*address);
    if (!own) return tl::unexpected(own.error());
    redirections = *std::move(own);
  } else {
    redirections = target.address;
  }
  for (const auto& one : redirections)
    if (one.url_port == 0 || one.url_port == port)
      return Destination{one.host, one.port ? one.port : port};
  return Destination{host, port};
}

bool is_loopback(const Endpoint& endpoint) {
  const std::string bytes = address_bytes(endpoint);
  if (bytes.size() == 4) return bytes[0] == 127;
  return bytes == std::string(15, '\0') + '\1';
}

Result<Networks> Networks::parse(const std::vector<std::string>& texts) {
  Networks all;
  for (const auto& text : texts) {
    const auto slash = text.find('/');
    const auto endpoint = Endpoint::of(text.substr(0, slash), 0);
    const auto bad = [&] {
      return tl::unexpected(Error{fmt::format("'{}' is not an IP address or a network", text),
                                  "write 10.0.0.7, 10.0.0.0/8, fd00::/8 or a host's name"});
    };
    if (!endpoint) return bad();
    Network network{address_bytes(*endpoint), 0};
    const int most = static_cast<int>(network.bytes.size()) * 8;
    network.bits = most;
    if (slash != std::string::npos) {
      const char* end = text.data() + text.size();
      const auto read = std::from_chars(text.data() + slash + 1, end, network.bits);
      if (read.ec != std::errc() || read.ptr != end || network.bits < 0 || network.bits > most)
        return bad();
    }
    all.networks_.push_back(std::move(network));
  }
  return all;
}

bool Networks::contains(const Endpoint& endpoint) const {
  const std::string bytes = address_bytes(endpoint);
  return std::ranges::any_of(networks_, [&](const Network& network) {
    return same_prefix(bytes, network.bytes, network.bits);
  });
}

/// glibc's asynchronous lookup: it cannot be stopped once a server is being asked, so one that is
/// still under way at the end is left to itself.
struct Resolver::Lookup {
  std::string host;
  addrinfo hints{};
  gaicb request{};
  Instant began;
  bool pending = false;
  bool told = false;
  std::vector<Endpoint> endpoints;
  std::string detail;
  Outcome outcome = Outcome::ok;
  Duration took{};
};

Resolver::Resolver(int ip_version, Duration limit) : ip_version_(ip_version), limit_(limit) {}

Resolver::~Resolver() {
  for (auto& [host, lookup] : lookups_) {
    if (!lookup->pending) continue;
    if (gai_cancel(&lookup->request) == EAI_NOTCANCELED) {
      // The C library still writes into it: it must stay.
      static_cast<void>(lookup.release());
    } else if (lookup->request.ar_result) {
      freeaddrinfo(lookup->request.ar_result);
    }
  }
}

void Resolver::begin(const std::string& host) {
  if (Endpoint::of(host, 0) || lookups_.contains(host)) return;
  auto lookup = std::make_unique<Lookup>();
  lookup->host = host;
  lookup->began = std::chrono::steady_clock::now();
  lookup->hints.ai_socktype = SOCK_STREAM;
  lookup->hints.ai_family = ip_version_ == 4 ? AF_INET : ip_version_ == 6 ? AF_INET6 : AF_UNSPEC;
  if (ip_version_ == 0) lookup->hints.ai_flags = AI_ADDRCONFIG;
  lookup->request.ar_name = lookup->host.c_str();
  lookup->request.ar_request = &lookup->hints;
  gaicb* list[] = {&lookup->request};
  if (const int code = getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr); code != 0) {
    lookup->outcome = Outcome::local;
    lookup->detail = gai_strerror(code);
  } else {
    lookup->pending = true;
  }
  lookups_.emplace(host, std::move(lookup));
}

void Resolver::forget(const std::string& host) {
  const auto found = lookups_.find(host);
  if (found != lookups_.end() && !found->second->pending) lookups_.erase(found);
}

bool Resolver::answered(const std::string& host) const {
  const auto found = lookups_.find(host);
  return found != lookups_.end() &&
         (!found->second->pending || gai_error(&found->second->request) != EAI_INPROGRESS ||
          std::chrono::steady_clock::now() >= found->second->began + limit_);
}

void Resolver::collect(Lookup& lookup, const Watch& watch) {
  if (!lookup.pending) return;
  const auto until = std::min(lookup.began + limit_, watch.deadline);
  int code = gai_error(&lookup.request);
  while (code == EAI_INPROGRESS) {
    if (watch.stopped() || std::chrono::steady_clock::now() >= until) {
      lookup.outcome = Outcome::unresolved;
      lookup.detail = "no answer from the name servers in time";
      return;
    }
    const gaicb* list[] = {&lookup.request};
    const timespec step{0, 10'000'000};
    gai_suspend(list, 1, &step);
    code = gai_error(&lookup.request);
  }
  lookup.pending = false;
  lookup.took = std::chrono::steady_clock::now() - lookup.began;
  if (code != 0) {
    lookup.outcome =
        code == EAI_MEMORY || code == EAI_SYSTEM ? Outcome::local : Outcome::unresolved;
    lookup.detail = gai_strerror(code);
    return;
  }
  for (const addrinfo* one = lookup.request.ar_result; one; one = one->ai_next) {
    if (lookup.endpoints.size() == kAddressLimit) break;
    if (one->ai_addrlen > sizeof(sockaddr_storage)) continue;
    Endpoint endpoint;
    std::memcpy(&endpoint.storage, one->ai_addr, one->ai_addrlen);
    endpoint.size = one->ai_addrlen;
    lookup.endpoints.push_back(endpoint);
  }
  freeaddrinfo(lookup.request.ar_result);
  lookup.outcome = Outcome::ok;
  lookup.detail.clear();
}

Candidates Resolver::find(const Destination& where, const Watch& watch) {
  Candidates found;
  if (const auto numeric = Endpoint::of(where.host, where.port)) {
    const int family = numeric->storage.ss_family;
    if ((ip_version_ == 4 && family != AF_INET) || (ip_version_ == 6 && family != AF_INET6)) {
      found.outcome = Outcome::unresolved;
      found.detail = fmt::format("{} is not an IPv{} address", where.host, ip_version_);
    } else {
      found.endpoints.push_back(*numeric);
    }
    return found;
  }
  begin(where.host);
  Lookup& lookup = *lookups_.at(where.host);
  collect(lookup, watch);
  found.outcome = lookup.outcome;
  found.detail = lookup.detail;
  if (!std::exchange(lookup.told, true)) found.took = lookup.took;
  for (Endpoint endpoint : lookup.endpoints) {
    // The port stands at the same place in both families.
    reinterpret_cast<sockaddr_in*>(&endpoint.storage)->sin_port = htons(where.port);
    endpoint.name = where.host;
    found.endpoints.push_back(endpoint);
  }
  return found;
}

}  // namespace ingress_check
