#include <algorithm>
#include <array>

#include "harness/http1_grammar.h"
#include "harness/http2_parts.h"

namespace ingress_check {
namespace {

using Field = std::pair<std::string, std::string>;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return text;
}

// "An endpoint MUST NOT generate an HTTP/2 message containing connection-specific header fields.
// This includes the Connection header field and those listed as having connection-specific
// semantics in Section 7.6.1 of [HTTP] (that is, Proxy-Connection, Keep-Alive, Transfer-Encoding,
// and Upgrade). [...] The only exception to this is the TE header field, which MAY be present in an
// HTTP/2 request; when it is, it MUST NOT contain any value other than "trailers"" (RFC 9113,
// 8.2.2).
bool connection_specific(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 5> names{"connection", "proxy-connection", "keep-alive",
                                                  "transfer-encoding", "upgrade"};
  if (name == "te") return !same_name(value, "trailers");
  return std::ranges::find(names, name) != names.end();
}

// "All HTTP/2 requests MUST include exactly one valid value for the ":method", ":scheme", and
// ":path" pseudo-header fields, unless they are CONNECT requests" (RFC 9113, 8.3.1); these have
// neither scheme nor path (8.5).
std::vector<Field> pseudo_fields(std::string_view method, std::string_view scheme,
                                 std::string_view authority, std::string_view path) {
  std::vector<Field> fields{{":method", std::string(method)}};
  if (method != "CONNECT") fields.emplace_back(":scheme", scheme);
  if (!authority.empty()) fields.emplace_back(":authority", authority);
  if (method != "CONNECT") fields.emplace_back(":path", path.empty() ? "/" : path);
  return fields;
}

nghttp2_nv pair_at(const char* name, const Field& field) {
  const auto bytes = [](const char* text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text));
  };
  return {bytes(name), bytes(name + field.first.size()), field.first.size(), field.second.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

}  // namespace

Http2Message::Http2Message(std::string_view method, std::string_view scheme,
                           std::string_view authority, std::string_view path,
                           const Headers& headers, std::string body, bool has_body)
    : parts_(std::make_unique<Parts>()) {
  auto fields = pseudo_fields(method, scheme, headers.find("host").value_or(authority), path);
  bool has_length = false;
  for (const auto& [name, value] : headers.fields) {
    // "A field value MUST NOT start or end with an ASCII whitespace character" (8.2.1).
    Field field{lower(name), http1_grammar::trimmed(value)};
    if (field.first == "host" || connection_specific(field.first, field.second)) continue;
    has_length = has_length || field.first == "content-length";
    fields.push_back(std::move(field));
  }
  if (has_body && !has_length) fields.emplace_back("content-length", std::to_string(body.size()));
  for (const auto& [name, value] : fields) parts_->text.append(name).append(value);
  const char* at = parts_->text.data();
  for (const auto& field : fields) {
    parts_->fields.push_back(pair_at(at, field));
    at += field.first.size() + field.second.size();
  }
  if (has_body) parts_->body = std::move(body);
}

Http2Message::Http2Message(Http2Message&&) noexcept = default;
Http2Message& Http2Message::operator=(Http2Message&&) noexcept = default;
Http2Message::~Http2Message() = default;

std::size_t Http2Message::size() const { return parts_->text.size() + parts_->body.size(); }

}  // namespace ingress_check
