#include "checks/tls/scheme_mismatch/asking.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check::scheme_mismatch {

namespace {

Traffic phase_of(std::string name, decltype(Traffic::send) send) {
  Traffic traffic;
  traffic.name = std::move(name);
  traffic.send = std::move(send);
  return traffic;
}

Handshake handshake(const char* name, const Url& url, const Target& target) {
  Handshake item;
  item.name = name;
  item.host = url.host;
  item.port = url.effective_port();
  if (target.sni)
    item.sni = target.sni;
  else if (!is_ip(url.host))
    item.sni = url.host;
  return item;
}

Dialogue dialogue(std::string name, const Url& url, bool tls, std::string write) {
  Dialogue item;
  item.name = std::move(name);
  item.host = url.host;
  item.port = url.effective_port();
  item.tls = tls;
  item.write = std::move(write);
  return item;
}

Traffic knock(const Doors& doors, const Target& target) {
  Handshakes handshakes;
  if (doors.https_closed.empty())
    handshakes.items.push_back(handshake("https", doors.https, target));
  if (doors.http_closed.empty()) handshakes.items.push_back(handshake("http", doors.http, target));
  return phase_of("doors", std::move(handshakes));
}

Traffic plain_on_tls(const Doors& doors) {
  return phase_of("plain HTTP on the TLS port",
                  Bytes{{dialogue("plain", doors.https, false, raw_request(doors.https))}});
}

/// A query that no application knows and that comes back recognisably in a Location.
std::string marker(const Subject& subject) {
  return fmt::format("ingress-check={:08x}",
                     static_cast<std::uint32_t>(subject.seed * 2654435761u + 97));
}

/// The next request of every trail that is still open, in one phase as far as they can be sent the
/// same way.
std::optional<Traffic> next_hop(const Picture& picture, const Subject& subject,
                                std::span<const Evidence> so_far) {
  for (std::size_t round = 1; round <= max_hops; ++round) {
    Http http;
    Bytes raw;
    for (const auto& trail : picture.trails) {
      const bool open = trail.end == Trail::End::none || trail.end == Trail::End::open;
      if (!open || trail.hops.size() + 1 != round) continue;
      const auto url = trail.hops.empty() ? trail.leg.url : *trail.last().next;
      if (url.https && !picture.trusted() && !subject.target.insecure) {
        raw.items.push_back(dialogue(trail.leg.name, url, true, raw_request(url)));
        continue;
      }
      Request request;
      request.url = url;
      request.client = trail.leg.name;
      http.requests.push_back(std::move(request));
    }
    const auto name = fmt::format("hop {}", round);
    if (!http.requests.empty() && !phase(so_far, name)) return phase_of(name, std::move(http));
    if (!raw.items.empty() && !phase(so_far, name + " raw"))
      return phase_of(name + " raw", std::move(raw));
  }
  return std::nullopt;
}

/// Separates a PROXY header on one side only from everything else that looks like it.
std::optional<Traffic> controls(const Picture& picture, const Subject& subject) {
  Bytes bytes;
  const auto& doors = picture.doors;
  for (const bool https : {false, true}) {
    const auto& url = https ? doors.https : doors.http;
    const std::string door = https ? "https" : "http";
    switch (oddity(picture, subject, https)) {
      case Oddity::silent: {
        const bool inside = https && picture.tls_works();
        auto item = dialogue(door + " with PROXY", url, https,
                             (inside ? "PROXY UNKNOWN\r\n" : "") + raw_request(url));
        if (!inside) item.proxy = Dialogue::Proxy::v1;
        bytes.items.push_back(std::move(item));
        break;
      }
      case Oddity::bad_request: {
        const bool inside = https && picture.tls_works();
        bytes.items.push_back(dialogue(door + " bare", url, inside,
                                       "GET / HTTP/1.0\r\nUser-Agent: ingress-check\r\n\r\n"));
        auto stranger = url;
        stranger.host =
            fmt::format("ingress-check-{:08x}.invalid", static_cast<std::uint32_t>(subject.seed));
        stranger.path = "/";
        bytes.items.push_back(dialogue(door + " stranger", url, inside, raw_request(stranger)));
        break;
      }
      case Oddity::none:
        break;
    }
  }
  if (bytes.items.empty()) return std::nullopt;
  return phase_of("controls", std::move(bytes));
}

const HandshakeReply* reply_of(const Evidence* evidence, std::string_view name) {
  if (!evidence) return nullptr;
  const auto& items = std::get<Handshakes>(evidence->traffic.send).items;
  for (const auto& reply : evidence->handshakes)
    if (items.at(reply.item).name == name) return &reply;
  return nullptr;
}

}  // namespace

bool Picture::https_open() const { return https && !unreached(https->outcome); }
bool Picture::http_open() const { return http && !unreached(http->outcome); }
bool Picture::tls_works() const { return https && https->outcome == Outcome::ok && https->tls; }
bool Picture::trusted() const { return tls_works() && https->tls->verified; }

const Trail* Picture::leg(std::string_view name) const {
  for (const auto& trail : trails)
    if (trail.leg.name == name) return &trail;
  return nullptr;
}

const BytesReply* Picture::control(std::string_view name) const {
  if (!controls) return nullptr;
  const auto& items = std::get<Bytes>(controls->traffic.send).items;
  for (const auto& reply : controls->dialogues)
    if (items.at(reply.item).name == name) return &reply;
  return nullptr;
}

Picture look(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  Picture picture;
  picture.doors = doors(params, subject);
  const auto* knocked = phase(so_far, "doors");
  picture.https = reply_of(knocked, "https");
  picture.http = reply_of(knocked, "http");
  if (const auto* plain = phase(so_far, "plain HTTP on the TLS port");
      plain && !plain->dialogues.empty())
    picture.plain = &plain->dialogues.front();
  picture.controls = phase(so_far, "controls");
  const auto all = legs(picture.doors, picture.tls_works(), picture.http_open(), marker(subject));
  for (const auto& leg : all) picture.trails.push_back(trail(leg, picture.doors, so_far));
  return picture;
}

Oddity oddity(const Picture& picture, const Subject& subject, bool https) {
  if (https && picture.https_open() && !picture.tls_works()) {
    const auto& reply = *picture.https;
    if (reply.not_tls) {
      const auto answer = parse_answer(reply.first_bytes);
      return answer && answer->status == 400 ? Oddity::bad_request : Oddity::none;
    }
    const bool closed = !reply.tls && !reply.alert && reply.outcome != Outcome::timeout;
    return closed ? Oddity::silent : Oddity::none;
  }
  for (const auto& trail : picture.trails)
    for (const auto& hop : trail.hops) {
      if (hop.url.https != https) continue;
      if (hop.silent()) return Oddity::silent;
      const bool named =
          hop.exchange && origin(subject.controller, *hop.exchange).by == Origin::By::app;
      if (hop.status == 400 && !named && !plain_http_page(hop.status, hop.body) &&
          !asks_for_certificate(hop.status, hop.body))
        return Oddity::bad_request;
    }
  return Oddity::none;
}

std::optional<Traffic> next_phase(const Params& params, const Subject& subject,
                                  std::span<const Evidence> so_far) {
  const auto picture = look(params, subject, so_far);
  if (!phase(so_far, "doors")) return knock(picture.doors, subject.target);
  if (picture.https_open() && !phase(so_far, "plain HTTP on the TLS port"))
    return plain_on_tls(picture.doors);
  if (auto hop = next_hop(picture, subject, so_far)) return hop;
  if (picture.controls) return std::nullopt;
  return controls(picture, subject);
}

}  // namespace ingress_check::scheme_mismatch
