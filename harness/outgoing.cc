#include "harness/outgoing.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/secrets.h"

namespace ingress_check {
namespace {

/// Stands in the URL where no SNI is wanted: libcurl sends none for an IP address, and never
/// connects to it, since the connection is led elsewhere. RFC 5737 keeps it free.
constexpr std::string_view kNobody = "192.0.2.1";

bool token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

Result<void> review(const Outgoing& outgoing) {
  if (!token(outgoing.method))
    return tl::unexpected(
        Error{fmt::format("'{}' is not a method", outgoing.method), "write GET, POST, ..."});
  for (const auto& [name, value] : outgoing.headers.fields) {
    if (!token(name))
      return tl::unexpected(
          Error{fmt::format("'{}' is not the name of a header", name), "letters, digits and -"});
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return tl::unexpected(Error{fmt::format("the header {} has a line break in it", name), ""});
  }
  if (outgoing.path.find_first_of(std::string_view(" \r\n\0", 4)) != std::string::npos)
    return tl::unexpected(Error{"the path has a blank or a line break in it", "write %20"});
  return {};
}

Headers merged(const Target& target, const Request& request) {
  const bool credentials_may_go =
      request.url.host == target.url.host && (request.url.https || !target.url.https);
  Headers all;
  for (const auto& [name, value] : target.headers.fields) {
    if (request.headers.find(name)) continue;
    if (is_credential(name) && !credentials_may_go) continue;
    all.add(name, value);
  }
  for (const auto& [name, value] : request.headers.fields) all.add(name, value);
  return all;
}

bool method_has_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

std::string Outgoing::url() const {
  const bool usual = port == (https ? 443 : 80);
  const std::string host = name.find(':') == std::string::npos ? name : fmt::format("[{}]", name);
  return fmt::format("{}://{}{}{}", https ? "https" : "http", host,
                     usual ? std::string() : fmt::format(":{}", port), path);
}

Result<Outgoing> prepare(const Target& target, const Request& request) {
  Outgoing out;
  out.https = request.url.https;
  out.port = request.url.effective_port();
  out.path = request.url.path;
  out.method = request.method;
  out.http = request.http.value_or(target.http);
  out.headers = merged(target, request);
  const auto where = destination(target, request.url.host, out.port, request.address);
  if (!where) return tl::unexpected(where.error());
  out.connect_to = *where;

  const auto sni = request.sni ? request.sni : target.sni;
  out.name = request.url.host;
  if (out.https && sni) out.name = sni->empty() ? std::string(kNobody) : *sni;
  out.verify_name = sni && !sni->empty() ? *sni : request.url.host;
  if (out.name != request.url.host && !out.headers.find("Host"))
    out.headers.add("Host", request.url.authority());

  if (out.method != "HEAD") {
    out.body = request.body;
    out.has_body = !out.body.empty() || method_has_body(out.method);
  }
  if (auto fine = review(out); !fine) return tl::unexpected(fine.error());
  return out;
}

std::string host_named(const Request& request, const Outgoing& out) {
  const auto field = out.headers.find("Host");
  if (!field) return request.url.host;
  const auto port = field->rfind(':');
  const bool has_port = port != field->npos && field->find(']', port) == field->npos;
  return std::string(field->substr(0, has_port ? port : field->npos));
}

Protocol protocol_of(const Outgoing& outgoing) {
  if (outgoing.http == HttpVersion::http1) return Protocol::http1;
  if (outgoing.https) return Protocol::http2_by_alpn;
  return outgoing.http == HttpVersion::h2c ? Protocol::http2_prior_knowledge : Protocol::http1;
}

}  // namespace ingress_check
