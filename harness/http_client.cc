#include "harness/http_client.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ingress_check {
namespace {

constexpr long kKeptConnections = 16;

}  // namespace

std::unique_ptr<HttpClient> HttpClient::create() {
  CURLM* multi = curl_multi_init();
  CURL* easy = curl_easy_init();
  if (multi && easy) return std::unique_ptr<HttpClient>(new HttpClient(multi, easy));
  if (easy) curl_easy_cleanup(easy);
  if (multi) curl_multi_cleanup(multi);
  return nullptr;
}

HttpClient::HttpClient(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &HttpClient::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, static_cast<void*>(this));
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &HttpClient::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, static_cast<void*>(this));
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kKeptConnections);
}

HttpClient::~HttpClient() {
  abandon();
  easy_.reset();
  multi_.reset();
}

int HttpClient::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& client = *static_cast<HttpClient*>(self);
  if (what == CURL_POLL_REMOVE) {
    client.sockets_.erase(socket);
    return 0;
  }
  const int events = (what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0);
  client.sockets_[socket] = static_cast<short>(events);
  return 0;
}

int HttpClient::on_timer(CURLM*, long milliseconds, void* self) {
  auto& client = *static_cast<HttpClient*>(self);
  client.timer_.reset();
  if (milliseconds >= 0)
    client.timer_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

Result<void> HttpClient::start(AttemptPlan plan) {
  code_.reset();
  received_ = 0;
  plan.received = &received_;
  attempt_ = std::make_unique<Attempt>(std::move(plan));
  auto ready = attempt_->set_up(easy_.get());
  if (ready && curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK)
    ready = cannot("libcurl cannot begin a transfer");
  if (!ready) attempt_.reset();
  return ready;
}

void HttpClient::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
    if (message->msg == CURLMSG_DONE) code_ = message->data.result;
}

std::optional<Exchange> HttpClient::finished(std::uint64_t& connections, std::uint64_t& sent) {
  if (!attempt_ || !code_) return std::nullopt;
  Exchange exchange = attempt_->finish(*code_);
  if (attempt_->requested()) ++sent;
  auto known = connections_.find(exchange.local);
  if (exchange.reused && known != connections_.end()) {
    if (known->second.tls) exchange.tls = known->second.tls->facts();
  } else if (attempt_->requested()) {
    known = connections_.insert_or_assign(exchange.local, Known{++connections, nullptr}).first;
  }
  // The handle goes first: with it the connection may be closed, which its watch still hears.
  curl_multi_remove_handle(multi_.get(), easy_.get());
  auto tls = attempt_->take_tls();
  if (attempt_->requested()) {
    exchange.connection = known->second.number;
    if (!exchange.reused) known->second.tls = std::move(tls);
  } else {
    last_tls_ = std::move(tls);
  }
  attempt_.reset();
  return exchange;
}

bool HttpClient::abandon() {
  if (!attempt_) return false;
  const bool gone_out = attempt_->requested();
  curl_multi_remove_handle(multi_.get(), easy_.get());
  last_tls_ = attempt_->take_tls();
  attempt_.reset();
  return gone_out;
}

void HttpClient::drive(std::span<HttpClient* const> clients, Duration at_most) {
  const auto now = std::chrono::steady_clock::now();
  auto until = now + at_most;
  std::vector<pollfd> polled;
  std::vector<HttpClient*> owners;
  for (HttpClient* client : clients) {
    if (client->timer_) until = std::min(until, *client->timer_);
    for (const auto& [socket, events] : client->sockets_) {
      polled.push_back({socket, events, 0});
      owners.push_back(client);
    }
  }
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  poll(polled.data(), polled.size(), static_cast<int>(std::max<long>(0, wait)));
  for (std::size_t i = 0; i < polled.size(); ++i) {
    const short got = polled[i].revents;
    // An earlier turn may have closed it.
    if (got == 0 || !owners[i]->sockets_.contains(polled[i].fd)) continue;
    const int mask = (got & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
                     (got & POLLOUT ? CURL_CSELECT_OUT : 0) |
                     (got & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);
    owners[i]->act(polled[i].fd, mask);
  }
  for (HttpClient* client : clients) {
    if (!client->timer_ || *client->timer_ > std::chrono::steady_clock::now()) continue;
    client->timer_.reset();
    client->act(CURL_SOCKET_TIMEOUT, 0);
  }
}

}  // namespace ingress_check
