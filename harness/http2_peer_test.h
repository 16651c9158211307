// For tests: a server of HTTP/2 in memory (nghttp2's), and the bytes between it and a client.
#pragma once

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <functional>
#include <map>

#include "harness/http2_test.h"

namespace ingress_check::testing::http2 {

class Peer {
 public:
  struct Asked {
    std::vector<std::string> lines;  ///< ":method: GET", ...
    std::string body;
    bool whole = false;
    std::int32_t reset = -1;  ///< the code of the client's RST_STREAM
  };
  struct Answer {
    frames::Fields fields{{":status", "200"}};
    std::string body;
    frames::Fields trailers;
    std::size_t sent = 0;
  };

  explicit Peer(const std::vector<nghttp2_settings_entry>& settings = {}) {
    nghttp2_session_callbacks* calls = nullptr;
    nghttp2_session_callbacks_new(&calls);
    nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
    nghttp2_session_callbacks_set_on_begin_frame_callback(calls, on_begin);
    nghttp2_session_server_new(&session, calls, this);
    nghttp2_session_callbacks_del(calls);
    nghttp2_submit_settings(session, 0, settings.data(), settings.size());
  }
  ~Peer() { nghttp2_session_del(session); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void answer(std::int32_t id, Answer with) {
    auto& kept = answers[id] = std::move(with);
    const auto nv = pairs(kept.fields);
    const nghttp2_data_provider provider{{.ptr = &kept}, read};
    const bool head_only = kept.body.empty() && kept.trailers.empty();
    nghttp2_submit_response(session, id, nv.data(), nv.size(), head_only ? nullptr : &provider);
  }
  void interim(std::int32_t id, const frames::Fields& fields) {
    const auto nv = pairs(fields);
    nghttp2_submit_headers(session, 0, id, nullptr, nv.data(), nv.size(), nullptr);
  }

  nghttp2_session* session = nullptr;
  std::map<std::int32_t, Asked> asked;
  std::map<std::int32_t, Answer> answers;
  std::function<void(std::int32_t id)> on_request;  ///< when it is whole
  std::size_t most_open = 0, open = 0;              ///< requests that are not answered

 private:
  static Peer& of(void* self) { return *static_cast<Peer*>(self); }
  static std::vector<nghttp2_nv> pairs(const frames::Fields& fields) {
    const auto bytes = [](const std::string& text) {
      return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    std::vector<nghttp2_nv> nv;
    for (const auto& [name, value] : fields)
      nv.push_back({bytes(name), bytes(value), name.size(), value.size(), 0});
    return nv;
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t size,
                       std::uint8_t, void* self) {
    auto& lines = of(self).asked[frame->hd.stream_id].lines;
    lines.emplace_back(reinterpret_cast<const char*>(name), name_size);
    lines.back().append(": ").append(reinterpret_cast<const char*>(value), size);
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* self) {
    of(self).asked[id].body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int on_begin(nghttp2_session*, const nghttp2_frame_hd* hd, void* self) {
    if (hd->type == NGHTTP2_HEADERS)
      of(self).most_open = std::max(of(self).most_open, ++of(self).open);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    const auto id = frame->hd.stream_id;
    if (frame->hd.type == NGHTTP2_RST_STREAM)
      of(self).asked[id].reset = static_cast<std::int32_t>(frame->rst_stream.error_code);
    if (frame->hd.type > NGHTTP2_HEADERS || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
    of(self).asked[id].whole = true;
    if (of(self).on_request) of(self).on_request(id);
    return 0;
  }
  static ssize_t read(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                      std::size_t most, std::uint32_t* flags, nghttp2_data_source* source,
                      void* self) {
    auto& answer = *static_cast<Answer*>(source->ptr);
    const auto size = std::min(most, answer.body.size() - answer.sent);
    std::copy_n(answer.body.data() + answer.sent, size, into);
    answer.sent += size;
    if (answer.sent < answer.body.size()) return static_cast<ssize_t>(size);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    --of(self).open;
    if (!answer.trailers.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const auto nv = pairs(answer.trailers);
      nghttp2_submit_trailer(session, id, nv.data(), nv.size());
    }
    return static_cast<ssize_t>(size);
  }
};

/// Carries bytes to and fro until both are silent; how many went to the client.
inline std::size_t converse(Http2Session& client, Peer& server) {
  std::size_t all = 0;
  for (bool more = true; more;) {
    more = false;
    std::string out;
    if (client.output(out)) {
      more = true;
      const auto taken = nghttp2_session_mem_recv(
          server.session, reinterpret_cast<const std::uint8_t*>(out.data()), out.size());
      EXPECT_EQ(taken, static_cast<ssize_t>(out.size())) << "the server took what we said";
    }
    const std::uint8_t* bytes = nullptr;
    ssize_t size = 0;
    while ((size = nghttp2_session_mem_send(server.session, &bytes)) > 0) {
      more = true;
      all += static_cast<std::size_t>(size);
      client.feed({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    }
  }
  return all;
}

}  // namespace ingress_check::testing::http2
