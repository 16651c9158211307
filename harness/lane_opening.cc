// How a lane's connection comes to stand: TCP, then TLS, then the protocol that was agreed on.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>

#include "harness/pool.h"

namespace ingress_check {
namespace {

Endpoint local_of(const std::string& source) {
  return Endpoint::of(source, 0).value_or(Endpoint{});
}

/// RFC 7301: what the server chose.
std::string_view chosen(const SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

void set_option(int fd, int level, int option) {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

Pool& pool_of(SSL* ssl) { return *static_cast<Pool*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))); }

/// Takes the session over: 1.
int on_session(SSL* ssl, SSL_SESSION* session) {
  pool_of(ssl).session.reset(session);
  return 1;
}

void verify_name(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(
      wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str()) != 1)
    X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), name.size());
  ERR_clear_error();
}

}  // namespace

Result<ContextPtr> make_load_context(const LoadPlan& plan, const Origin& origin, Pool& pool) {
  Handshake offer;
  offer.least = TlsVersion::tls1_2;
  offer.ciphers = "DEFAULT";  // a probe offers all that there are: each costs every connection time
  offer.alpn = origin.protocol == Protocol::http1 ? std::vector<std::string>{"http/1.1"}
                                                  : std::vector<std::string>{"h2", "http/1.1"};
  auto made = make_context(offer, origin.credentials);
  if (!made) return cannot(made.error());
  SSL_CTX* const context = made->get();
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_app_data(context, &pool);
  if (!plan.target->insecure && plan.options.trust) {
    SSL_CTX_set1_cert_store(context, plan.options.trust->store());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  if (plan.load->connections.resume) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  }
  return std::move(*made);
}

void Lane::open() {
  gone_ = Gone::no;
  opening_ = {};
  opened_ = std::chrono::steady_clock::now();
  opening_until_ = opened_ + pool_.plan->target->connect_timeout;
  number_ = static_cast<std::uint32_t>(++host_.connections);
  const Candidates& found = pool_.origin->addresses->now();
  if (found.outcome != Outcome::ok || found.endpoints.empty())
    return opening_failed(found.outcome == Outcome::ok ? Outcome::unresolved : found.outcome);
  peer_ = &found.endpoints[pool_.next_address++ % found.endpoints.size()];
  const Endpoint& to = *peer_;
  socket_ = Socket(socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_.open()) return opening_failed(connect_outcome(errno));
  set_option(socket_.fd(), IPPROTO_TCP, TCP_NODELAY);
  if (!source.empty()) {
    set_option(socket_.fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    const Endpoint from = local_of(source);
    if (bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&from.storage), from.size) != 0)
      return opening_failed(connect_outcome(errno));
  }
  const int began = connect(socket_.fd(), reinterpret_cast<const sockaddr*>(&to.storage), to.size);
  if (began != 0 && errno != EINPROGRESS) return opening_failed(connect_outcome(errno));
  state_ = State::connecting;
  if (!host_.loop().add(*this, socket_.fd(), true)) return opening_failed(Outcome::local);
}

Outcome Lane::connect_outcome(int error) {
  switch (error) {
    case EADDRNOTAVAIL:
    case EADDRINUSE:
    case EAGAIN:
      ++host_.out_of_ports;
      return Outcome::local;
    case EMFILE:
    case ENFILE:
      ++host_.out_of_descriptors;
      return Outcome::local;
    case ENOBUFS:
    case ENOMEM:
    case EACCES:
    case EPERM:
    case EINVAL:
      return Outcome::local;
    case ECONNREFUSED:
      return Outcome::refused;
    case ECONNRESET:
    case EPIPE:
      return Outcome::reset;
    case ETIMEDOUT:
      return Outcome::connect_timeout;
    default:
      return Outcome::unreachable;
  }
}

void Lane::connected(Instant now) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket_.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return opening_failed(connect_outcome(error));
  host_.loop().want_write(*this, false);
  opening_.connect = now - opened_;
  if (!pool_.tls) return stand();
  ssl_.reset(SSL_new(pool_.tls.get()));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.fd()) != 1) return opening_failed(Outcome::local);
  if (!pool_.origin->sni.empty()) SSL_set_tlsext_host_name(ssl_.get(), pool_.origin->sni.c_str());
  if (!pool_.plan->target->insecure) verify_name(ssl_.get(), pool_.origin->verify_name);
  if (pool_.session && SSL_SESSION_is_resumable(pool_.session.get()))
    SSL_set_session(ssl_.get(), pool_.session.get());
  SSL_set_connect_state(ssl_.get());
  state_ = State::handshaking;
  shake_hands();
}

void Lane::shake_hands() {
  ERR_clear_error();
  errno = 0;
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) {
    opening_.tls = std::chrono::steady_clock::now() - opened_ - opening_.connect;
    opening_.resumed = SSL_session_reused(ssl_.get()) == 1;
    host_.loop().want_write(*this, false);
    return stand();
  }
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ:
      return host_.loop().want_write(*this, false);
    case SSL_ERROR_WANT_WRITE:
      return host_.loop().want_write(*this, true);
    default:
      return opening_failed(Outcome::tls_error);
  }
}

void Lane::stand() {
  state_ = State::ready;
  failures = 0;
  const bool http2 =
      ssl_ ? chosen(ssl_.get()) == "h2" : pool_.origin->protocol == Protocol::http2_prior_knowledge;
  if (http2) {
    auto session = Http2Session::create();
    if (!session) return opening_failed(Outcome::local);
    session_ = *std::move(session);
    spoke_http2_ = true;
  }
  host_.opened(*this, true);
  const std::uint32_t connection = number_;
  const std::vector<Flight*> waiting = std::exchange(waiting_, {});
  for (Flight* flight : waiting)
    if (state_ == State::ready && number_ == connection && room() > 0)
      transmit(*flight);
    else
      host_.returned(*this, *flight);
  if (session_) flush();
  // What came with the last flight of the handshake is in OpenSSL's buffer: nothing will tell.
  if (ssl_ && state_ == State::ready && SSL_has_pending(ssl_.get()) == 1) receive();
}

void Lane::opening_failed(Outcome outcome) {
  ++failures;
  const std::vector<Flight*> waiting = std::exchange(waiting_, {});
  gone_ = Gone::tls;
  shut();
  host_.opened(*this, false);
  for (Flight* flight : waiting) host_.ended(*this, *flight, outcome);
}

void Lane::check_opening(Instant now) {
  if ((state_ == State::connecting || state_ == State::handshaking) && now >= opening_until_)
    opening_failed(Outcome::connect_timeout);
}

void Lane::describe(Exchange& exchange) const {
  if (peer_) exchange.address = peer_->text();
  exchange.version = spoke_http2_ ? HttpVersion::http2 : HttpVersion::http1;
}

}  // namespace ingress_check
