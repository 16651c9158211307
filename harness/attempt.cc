#include "harness/attempt.h"

#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ingress_check {
namespace {

/// A cookie that has expired: opens the jar and puts nothing into it. (An empty COOKIEFILE, the
/// usual way, leaks with every curl_easy_reset of libcurl 7.88.)
constexpr const char* kOpenJar = "Set-Cookie: none=; Domain=jar.invalid; Max-Age=0";
constexpr std::size_t kFieldLimit = 256;
constexpr std::size_t kHeaderByteLimit = 64 << 10;

template <class T>
bool set(CURL* easy, CURLoption option, T value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

void append(ListPtr& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (!longer) return;
  static_cast<void>(list.release());
  list.reset(longer);
}

long milliseconds(Duration value) {
  return std::max(
      1L, static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(value).count()));
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

curl_blob blob(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

}  // namespace

Attempt::Attempt(AttemptPlan plan) : plan_(std::move(plan)) {}

Result<void> Attempt::set_up(CURL* easy) {
  easy_ = easy;
  curl_easy_reset(easy);
  exchange_.started = std::chrono::system_clock::now();
  if (!set(easy, CURLOPT_URL, plan_.out->url().c_str()) ||
      !set(easy, CURLOPT_REQUEST_TARGET, plan_.out->path.c_str()))
    return cannot(fmt::format("libcurl does not take the URL {}", plan_.out->url()));
  set_connection(easy);
  set_message(easy);
  set_callbacks(easy);
  if (plan_.out->https) set_tls(easy);
  return {};
}

void Attempt::set_connection(CURL* easy) {
  // Nothing of the environment or of the user's home decides where a request goes.
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_NOPROXY, "*");
  set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  set(easy, CURLOPT_FRESH_CONNECT, plan_.fresh || plan_.avoid_kept ? 1L : 0L);
  set(easy, CURLOPT_FORBID_REUSE, plan_.fresh ? 1L : 0L);
  set(easy, CURLOPT_TIMEOUT_MS, milliseconds(plan_.timeout));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(plan_.connect_timeout));
  if (!plan_.source_address.empty())
    set(easy, CURLOPT_INTERFACE, ("host!" + plan_.source_address).c_str());

  // One address is named outright; of several, libcurl takes the first that answers (RFC 8305).
  const auto ip_of = [](const Endpoint& endpoint) {
    const std::string text = endpoint.text();
    return text.substr(0, text.rfind(':'));
  };
  const Destination& where = plan_.out->connect_to;
  if (plan_.endpoints.size() == 1) {
    append(connect_to_, "::" + plan_.endpoints.front().text());
  } else {
    std::string known = fmt::format("{}:{}:", where.host, where.port);
    for (const auto& endpoint : plan_.endpoints)
      known += (known.back() == ':' ? "" : ",") + ip_of(endpoint);
    append(resolve_, known);
    set(easy, CURLOPT_RESOLVE, resolve_.get());
    append(connect_to_, "::" + host_and_port(where.host, where.port));
  }
  set(easy, CURLOPT_CONNECT_TO, connect_to_.get());
}

void Attempt::set_tls(CURL* easy) {
  // Verification is ours (TlsWatch): libcurl's own would stop without telling the chain.
  set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  set(easy, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  tls_ = std::make_unique<TlsWatch>(*plan_.trust, plan_.out->verify_name, plan_.insecure);
  set(easy, CURLOPT_SSL_CTX_FUNCTION, &Attempt::on_tls);
  set(easy, CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  if (!plan_.credentials) return;
  curl_blob certificate = blob(plan_.credentials->certificate);
  curl_blob key = blob(plan_.credentials->key);
  set(easy, CURLOPT_SSLCERT_BLOB, &certificate);
  set(easy, CURLOPT_SSLKEY_BLOB, &key);
}

void Attempt::set_message(CURL* easy) {
  const Outgoing& out = *plan_.out;
  switch (protocol_of(out)) {
    case Protocol::http1:
      set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
      break;
    case Protocol::http2_by_alpn:
      set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
      break;
    case Protocol::http2_prior_knowledge:
      set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
      break;
  }
  if (!plan_.user_agent.empty()) set(easy, CURLOPT_USERAGENT, plan_.user_agent.c_str());
  if (plan_.cookies) set(easy, CURLOPT_COOKIELIST, kOpenJar);
  if (out.has_body) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(out.body.size()));
    set(easy, CURLOPT_POSTFIELDS, out.body.c_str());
  }
  if (out.method == "HEAD")
    set(easy, CURLOPT_NOBODY, 1L);
  else if (out.method != "GET" || out.has_body)
    set(easy, CURLOPT_CUSTOMREQUEST, out.method.c_str());

  // Beside a jar, cookies of the user's own join its one line (RFC 6265, 5.4).
  std::string cookies;
  for (const auto& [name, value] : out.headers.fields) {
    if (plan_.cookies && same_name(name, "Cookie") && !value.empty())
      cookies += (cookies.empty() ? "" : "; ") + value;
    else
      append(headers_, value.empty() ? name + ";" : name + ": " + value);
  }
  if (!cookies.empty()) set(easy, CURLOPT_COOKIE, cookies.c_str());
  // What libcurl would add to a body on its own.
  if (out.has_body && !out.headers.find("Expect")) append(headers_, "Expect:");
  if (out.has_body && !out.headers.find("Content-Type")) append(headers_, "Content-Type:");
  set(easy, CURLOPT_HTTPHEADER, headers_.get());
}

void Attempt::set_callbacks(CURL* easy) {
  void* self = this;
  set(easy, CURLOPT_HEADERFUNCTION, &Attempt::on_header);
  set(easy, CURLOPT_HEADERDATA, self);
  set(easy, CURLOPT_WRITEFUNCTION, &Attempt::on_body);
  set(easy, CURLOPT_WRITEDATA, self);
  set(easy, CURLOPT_VERBOSE, 1L);
  set(easy, CURLOPT_DEBUGFUNCTION, &Attempt::on_debug);
  set(easy, CURLOPT_DEBUGDATA, self);
  set(easy, CURLOPT_PREREQFUNCTION, &Attempt::on_request);
  set(easy, CURLOPT_PREREQDATA, self);
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &Attempt::on_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, self);
  set(easy, CURLOPT_CLOSESOCKETFUNCTION, &Attempt::on_close);
  set(easy, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(plan_.received));
  set(easy, CURLOPT_ERRORBUFFER, error_.data());
}

std::size_t Attempt::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& attempt = *static_cast<Attempt*>(self);
  const std::string_view line(bytes, size * count);
  attempt.begun_ = true;
  if (line.starts_with("HTTP/") && !attempt.headers_done_) {
    attempt.status_line(line);
    if (attempt.interim_ > kInterimLimit) return 0;
  } else if (trimmed(line).empty()) {
    if (attempt.exchange_.status >= 200 || attempt.exchange_.status == 101)
      attempt.headers_done_ = true;
  } else if (!attempt.headers_done_) {  // what follows the body are trailers
    attempt.field_line(line);
  }
  return line.size();
}

void Attempt::status_line(std::string_view line) {
  exchange_.headers.fields.clear();
  header_bytes_ = 0;
  line = trimmed(line);
  const auto blank = line.find(' ');
  const std::string_view rest = blank == line.npos ? "" : trimmed(line.substr(blank));
  exchange_.status = 0;
  for (std::size_t i = 0; i < 3 && i < rest.size(); ++i)
    if (rest[i] >= '0' && rest[i] <= '9')
      exchange_.status = exchange_.status * 10 + (rest[i] - '0');
  exchange_.reason = trimmed(rest.substr(std::min<std::size_t>(3, rest.size())));
  if (exchange_.status >= 100 && exchange_.status < 200) ++interim_;
}

void Attempt::field_line(std::string_view line) {
  header_bytes_ += line.size();
  auto& fields = exchange_.headers.fields;
  if (header_bytes_ > kHeaderByteLimit) return;
  if ((line.front() == ' ' || line.front() == '\t') && !fields.empty()) {
    fields.back().second += fmt::format(" {}", trimmed(line));  // obsolete folding, RFC 9112, 5.2
    return;
  }
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0) {
    bad_field_ = true;
    return;
  }
  if (fields.size() < kFieldLimit)
    exchange_.headers.add(std::string(line.substr(0, colon)),
                          std::string(trimmed(line.substr(colon + 1))));
}

std::size_t Attempt::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& attempt = *static_cast<Attempt*>(self);
  const std::size_t all = size * count;
  std::string& body = attempt.exchange_.body;
  const std::size_t room =
      attempt.plan_.body_limit - std::min<std::size_t>(attempt.plan_.body_limit, body.size());
  body.append(bytes, std::min(room, all));
  attempt.exchange_.body_size += all;
  return all;
}

int Attempt::on_debug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self) {
  auto& attempt = *static_cast<Attempt*>(self);
  std::string_view text(bytes, size);
  if (type == CURLINFO_TEXT && (text.starts_with("Connection died, retrying") ||
                                text.starts_with("REFUSED_STREAM, retrying")))
    attempt.died_ = true;
  if (type != CURLINFO_HEADER_OUT) return 0;
  attempt.exchange_.sent.fields.clear();
  bool request_line = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto colon = line.find(':');
    if (!std::exchange(request_line, false) && colon != line.npos)
      attempt.exchange_.sent.add(std::string(line.substr(0, colon)),
                                 std::string(trimmed(line.substr(colon + 1))));
  }
  return 0;
}

int Attempt::on_request(void* self, char* peer, char* local, int peer_port, int local_port) {
  auto& attempt = *static_cast<Attempt*>(self);
  if (attempt.died_) return CURL_PREREQFUNC_ABORT;
  ++attempt.requests_;
  attempt.exchange_.address = host_and_port(peer, static_cast<std::uint16_t>(peer_port));
  attempt.exchange_.local = host_and_port(local, static_cast<std::uint16_t>(local_port));
  return CURL_PREREQFUNC_OK;
}

curl_socket_t Attempt::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& attempt = *static_cast<Attempt*>(self);
  // libcurl repeats a request whose kept connection closed. Whether to do so is for us to say.
  if (attempt.died_) return CURL_SOCKET_BAD;
  Endpoint endpoint;
  endpoint.size = std::min<socklen_t>(address->addrlen, sizeof endpoint.storage);
  std::memcpy(&endpoint.storage, &address->addr, endpoint.size);
  attempt.exchange_.address = endpoint.text();
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) attempt.socket_errno_ = errno;
  return fd < 0 ? CURL_SOCKET_BAD : fd;
}

int Attempt::on_close(void* received, curl_socket_t socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (received && getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
    *static_cast<std::uint64_t*>(received) = info.tcpi_bytes_received;
  return close(socket);
}

CURLcode Attempt::on_tls(CURL*, void* context, void* self) {
  static_cast<Attempt*>(self)->tls_->attach(static_cast<SSL_CTX*>(context));
  return CURLE_OK;
}

}  // namespace ingress_check
