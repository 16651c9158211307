#include "harness/traffic.h"

namespace ingress_check {

std::string to_string(TlsVersion version) {
  switch (version) {
    case TlsVersion::tls1_0:
      return "1.0";
    case TlsVersion::tls1_1:
      return "1.1";
    case TlsVersion::tls1_2:
      return "1.2";
    case TlsVersion::tls1_3:
      return "1.3";
  }
  return "?";
}

std::uint64_t Traffic::count() const {
  std::uint64_t sum = 0;
  if (const auto* http = std::get_if<Http>(&send)) {
    for (const auto& request : http->requests) sum += request.times;
  } else if (const auto* handshakes = std::get_if<Handshakes>(&send)) {
    for (const auto& item : handshakes->items) sum += item.times * (item.resume ? 2 : 1);
  } else if (const auto* load = std::get_if<Load>(&send)) {
    sum = load->count();
  } else {
    sum = std::get<Bytes>(send).items.size();
  }
  return sum;
}

}  // namespace ingress_check
