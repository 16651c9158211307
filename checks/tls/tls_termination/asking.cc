#include "checks/tls/tls_termination/asking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ingress_check::tls_termination {

namespace {

constexpr std::array versions{TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2,
                              TlsVersion::tls1_3};

std::vector<std::string> texts(const Params& params, std::string_view key) {
  std::vector<std::string> found;
  const auto* value = params.find(key);
  if (!value || !value->is<List>()) return found;
  for (const auto& item : value->as<List>()) found.push_back(item.as<std::string>());
  return found;
}

TlsVersion version_of(const std::string& text) {
  for (const auto version : versions)
    if (to_string(version) == text) return version;
  return TlsVersion::tls1_2;
}

Handshake handshake(std::string name, const std::string& host, const Wishes& wishes,
                    const Target& target) {
  Handshake item;
  item.name = std::move(name);
  item.host = host;
  item.port = wishes.doors.https.effective_port();
  const auto certified = certified_name(wishes, target, host);
  const bool nameless = host == wishes.doors.https.host && target.sni && target.sni->empty();
  if (!is_ip(certified) && !nameless) item.sni = certified;
  item.alpn = {"h2", "http/1.1"};
  return item;
}

Traffic phase_of(std::string name, decltype(Traffic::send) send) {
  Traffic traffic;
  traffic.name = std::move(name);
  traffic.send = std::move(send);
  return traffic;
}

Traffic handshakes(const Wishes& wishes, const Subject& subject) {
  Handshakes all;
  const auto& host = wishes.names.front();
  const auto add = [&](std::string name) -> Handshake& {
    return all.items.emplace_back(handshake(std::move(name), host, wishes, subject.target));
  };
  for (const auto& name : wishes.names) {
    auto item = handshake("name:" + name, name, wishes, subject.target);
    item.times = wishes.handshakes_a_name;
    item.every_address = true;
    all.items.push_back(std::move(item));
  }
  add("no name").sni = std::nullopt;
  add("unknown name").sni =
      fmt::format("ingress-check-{:08x}.invalid", static_cast<std::uint32_t>(subject.seed));
  for (const auto version : versions) {
    auto& item = add("version:" + to_string(version));
    item.least = item.most = version;
  }
  // What RFC 9325 (4.1) forbids, as far as our own library can offer it.
  auto& weak = add("weak cipher");
  weak.ciphers = "aNULL:eNULL:EXPORT:RC4:LOW";
  weak.most = TlsVersion::tls1_2;
  add("resumption").resume = true;
  std::vector<std::string> protocols{"h2", "http/1.1"};
  for (const auto& protocol : wishes.alpn)
    if (std::find(protocols.begin(), protocols.end(), protocol) == protocols.end())
      protocols.push_back(protocol);
  for (const auto& protocol : protocols) add("alpn:" + protocol).alpn = {protocol};
  if (!wishes.direct.empty()) add("direct").address = wishes.direct;
  return phase_of("handshakes", std::move(all));
}

Url url_of(const Wishes& wishes, const std::string& name) {
  auto url = wishes.doors.https;
  url.host = name;
  return url;
}

/// What can be asked without sending anything to a server that is not who it should be.
std::optional<Traffic> requests(const Picture& picture, const Subject& subject) {
  Http http;
  http.concurrency = 1;
  const auto& wishes = picture.wishes;
  const auto add = [&](const std::string& name, std::string client, ClientCertificate which) {
    Request request;
    request.url = url_of(wishes, name);
    request.client = std::move(client);
    request.certificate = which;
    http.requests.push_back(std::move(request));
  };
  for (const auto& name : wishes.names) {
    // An address that shows nothing stands in the way of none that does.
    auto replies = picture.all("name:" + name);
    std::erase_if(replies, [](const HandshakeReply* reply) { return !leaf(reply); });
    const bool trusted = std::ranges::all_of(
        replies, [](const HandshakeReply* reply) { return reply->tls->verified; });
    if ((replies.empty() || !trusted) && !subject.target.insecure) continue;
    add(name, "get:" + name, ClientCertificate::as_target);
    if (name != wishes.names.front() || wishes.client_certificate.empty()) continue;
    add(name, "no certificate", ClientCertificate::none);
    if (wishes.client_certificate != "none")
      add(name, "untrusted certificate", ClientCertificate::untrusted);
  }
  if (http.requests.empty()) return std::nullopt;
  return phase_of("requests", std::move(http));
}

}  // namespace

Result<Hsts> parse_hsts(const std::string& text) {
  if (text == "true") return Hsts{true, 1};
  if (text == "false") return Hsts{false, 0};
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size() && seconds > 0)
    return Hsts{true, seconds};
  if (const auto duration = parse_duration(text); duration && *duration > Duration::zero())
    return Hsts{true, std::chrono::duration_cast<std::chrono::seconds>(*duration).count()};
  return tl::unexpected(Error{fmt::format("hsts cannot be \"{}\"", text),
                              "write true, false, or the least max-age in seconds (31536000)",
                              {},
                              true});
}

Result<std::string> parse_fingerprint(const std::string& text) {
  std::string hex;
  bool good = true;
  for (const char c : text) {
    if (c == ':') continue;
    const bool digit = c >= '0' && c <= '9';
    const bool small = c >= 'a' && c <= 'f';
    good = good && (digit || small || (c >= 'A' && c <= 'F'));
    hex += small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (good && hex.size() == 64) return hex;
  return tl::unexpected(
      Error{fmt::format("\"{}\" is no SHA-256 fingerprint", text),
            "64 hex digits, as `openssl x509 -noout -fingerprint -sha256` prints them",
            {},
            true});
}

Wishes read_wishes(const Params& params, const Subject& subject) {
  Wishes wishes;
  wishes.doors = doors(params, subject);
  wishes.names = texts(params, "names");
  if (wishes.names.empty()) wishes.names = {wishes.doors.https.host};
  wishes.min_days = params.integer("min-days", 14);
  wishes.min_version = version_of(params.text("min-version", "1.2"));
  wishes.alpn = texts(params, "alpn");
  if (const auto* value = params.find("hsts")) {
    const auto hsts = parse_hsts(value->as<std::string>());
    if (hsts) wishes.hsts = *hsts;
  }
  wishes.direct = params.text("direct");
  for (const auto& text : texts(params, "certificate-sha256"))
    if (const auto fingerprint = parse_fingerprint(text))
      wishes.fingerprints.push_back(*fingerprint);
  wishes.unknown_name = params.text("unknown-name");
  wishes.client_certificate = params.text("client-certificate");
  wishes.forwarded_stated = params.find("forwarded-proto") != nullptr;
  wishes.forwarded_proto = params.text("forwarded-proto", "https");
  const auto replicas = static_cast<double>(params.integer("replicas", 3));
  if (replicas > 1)
    wishes.handshakes_a_name = static_cast<std::uint32_t>(std::ceil(
        std::log1p(-std::clamp(subject.power, 0.5, 0.9999)) / std::log1p(-1.0 / replicas)));
  return wishes;
}

std::string certified_name(const Wishes& wishes, const Target& target, const std::string& host) {
  const bool other = host == wishes.doors.https.host && target.sni && !target.sni->empty();
  return other ? *target.sni : host;
}

Place place_of(const Params& params, std::string_view key) {
  const auto* value = params.find(key);
  return value ? value->place : Place{};
}

void Picture::read(std::span<const Evidence> so_far) {
  for (const auto& evidence : so_far) {
    if (const auto* items = std::get_if<Handshakes>(&evidence.traffic.send)) {
      for (const auto& reply : evidence.handshakes) {
        const auto& item = items->items.at(reply.item);
        replies_.emplace_back(item.name, &reply);
        if (leaf(&reply) && item.sni && !item.address)
          shown_.emplace_back(*item.sni, Shown{&*reply.tls, reply.address});
      }
    } else if (const auto* http = std::get_if<Http>(&evidence.traffic.send)) {
      for (const auto& found : evidence.exchanges) {
        const auto& sent = http->requests.at(found.request);
        exchanges_.emplace_back(sent.client, &found);
        requests_.emplace_back(sent.client, &sent);
        if (found.tls && !found.tls->chain.empty())
          shown_.emplace_back(found.tls->sni, Shown{&*found.tls, found.address});
      }
    }
  }
  first = one("first");
}

std::vector<const HandshakeReply*> Picture::all(const std::string& item) const {
  std::vector<const HandshakeReply*> found;
  for (const auto& [name, reply] : replies_)
    if (name == item) found.push_back(reply);
  return found;
}

std::vector<Shown> Picture::shown_to(const std::string& sni) const {
  std::vector<Shown> found;
  for (const auto& [name, shown] : shown_)
    if (name == sni) found.push_back(shown);
  return found;
}

std::set<std::string> Picture::addresses(const std::string& item) const {
  std::set<std::string> found;
  for (const auto* reply : all(item))
    if (!reply->address.empty()) found.insert(reply->address);
  return found;
}

const HandshakeReply* Picture::one(const std::string& item) const {
  const auto found = all(item);
  return found.empty() ? nullptr : found.front();
}

const Exchange* Picture::exchange(const std::string& tag) const {
  for (const auto& [name, found] : exchanges_)
    if (name == tag) return found;
  return nullptr;
}

const Request* Picture::request(const std::string& tag) const {
  for (const auto& [name, found] : requests_)
    if (name == tag) return found;
  return nullptr;
}

const Certificate* leaf(const HandshakeReply* reply) {
  return reply && reply->tls && !reply->tls->chain.empty() ? &reply->tls->chain.front() : nullptr;
}

std::optional<Traffic> next_phase(const Wishes& wishes, const Subject& subject,
                                  std::span<const Evidence> so_far) {
  if (!wishes.doors.https_closed.empty()) return std::nullopt;
  if (!phase(so_far, "first handshake"))
    return phase_of("first handshake",
                    Handshakes{{handshake("first", wishes.names.front(), wishes, subject.target)}});
  const Picture picture(wishes, so_far);
  if (!leaf(picture.first)) return std::nullopt;
  if (!phase(so_far, "handshakes")) return handshakes(wishes, subject);
  if (phase(so_far, "requests")) return std::nullopt;
  return requests(picture, subject);
}

}  // namespace ingress_check::tls_termination
