#include "reports/machine/json/values.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace ingress_check::formats::json_values {

std::string utc(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), millis);
}

std::int64_t micros(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

Json place(const Place& place) {
  if (!place.known()) return nullptr;
  return {
      {"file", place.file}, {"line", place.line}, {"column", place.column}, {"width", place.width}};
}

Json headers(const Headers& headers) {
  Json list = Json::array();
  for (const auto& [name, value] : headers.fields)
    list.push_back({{"name", name}, {"value", value}});
  return list;
}

namespace {

Json certificate(const Certificate& certificate) {
  return {{"subject", certificate.subject},
          {"issuer", certificate.issuer},
          {"serial", certificate.serial},
          {"sha256", certificate.sha256},
          {"dns_names", certificate.dns_names},
          {"not_before", utc(certificate.not_before)},
          {"not_after", utc(certificate.not_after)},
          {"key", certificate.key},
          {"self_signed", certificate.self_signed}};
}

Json tls(const TlsFacts& facts) {
  Json chain = Json::array();
  for (const auto& one : facts.chain) chain.push_back(certificate(one));
  return {{"version", to_string(facts.version)},
          {"cipher", facts.cipher},
          {"alpn", facts.alpn},
          {"sni", facts.sni},
          {"verified", facts.verified},
          {"verify_error", facts.verify_error},
          {"resumed", facts.resumed},
          {"chain", std::move(chain)}};
}

}  // namespace

Json exchange(const Exchange& exchange) {
  Json json{{"address", exchange.address},
            {"started", utc(exchange.started)},
            {"reused_connection", exchange.reused},
            {"attempts", exchange.attempts},
            {"outcome", to_string(exchange.outcome)}};
  if (!exchange.detail.empty()) json["detail"] = exchange.detail;
  json["request_headers"] = headers(exchange.sent);
  if (exchange.status > 0) {
    json["status"] = exchange.status;
    json["http"] = to_string(exchange.version);
    json["headers"] = headers(exchange.headers);
    json["body"] = exchange.body;
    json["body_bytes"] = exchange.body_size;
  }
  json["service"] = exchange.who.service;
  json["pod"] = exchange.who.pod;
  json["timings_us"] = {{"resolve", micros(exchange.timings.resolve)},
                        {"connect", micros(exchange.timings.connect)},
                        {"tls", micros(exchange.timings.tls)},
                        {"first_byte", micros(exchange.timings.first_byte)},
                        {"total", micros(exchange.timings.total)}};
  if (exchange.tls) json["tls"] = tls(*exchange.tls);
  return json;
}

}  // namespace ingress_check::formats::json_values
