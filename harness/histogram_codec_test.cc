#include "harness/histogram_codec.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace ingress_check {
namespace {

Histogram sample(int digits, std::uint64_t highest) {
  Histogram histogram(*Buckets::create(digits, 1, highest));
  std::mt19937_64 random(static_cast<std::uint32_t>(digits));
  std::lognormal_distribution<double> value(10, 3);
  for (int i = 0; i < 5000; ++i)
    histogram.record(std::min(highest, static_cast<std::uint64_t>(value(random))));
  return histogram;
}

void expect_same_counts(const Histogram& one, const Histogram& other) {
  ASSERT_EQ(one.buckets(), other.buckets());
  EXPECT_EQ(one.total(), other.total());
  for (std::uint32_t index = 0; index < one.buckets().size(); ++index)
    ASSERT_EQ(one.at(index), other.at(index)) << index;
}

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

// digits 1, values 0 to 63: 48 buckets
std::string header(int payload_size, int digits = 1, int highest = 63) {
  return bytes({0x1c, 0x84, 0x93, 0x13, 0, 0, 0, payload_size,
                0,    0,    0,    0,    0, 0, 0, digits,
                0,    0,    0,    0,    0, 0, 0, 1,
                0,    0,    0,    0,    0, 0, 0, highest,
                0x3f, 0xf0, 0,    0,    0, 0, 0, 0});
}

TEST(HistogramCodec, BytesOfV2) {
  Histogram histogram(*Buckets::create(1, 1, 63));
  EXPECT_EQ(encode(histogram), header(1) + bytes({0}));
  for (int i = 0; i < 70; ++i) histogram.record(0);
  histogram.record(2);
  histogram.record(6);
  // 70 is 140 in ZigZag; one zero; 1; three zeros are -3; 1
  EXPECT_EQ(encode(histogram), header(6) + bytes({0x8c, 0x01, 0, 2, 5, 2}));
}

TEST(HistogramCodec, GoldenText) {
  Histogram histogram(*Buckets::create(3, 1, 3'600'000'000));
  EXPECT_EQ(encode_base64(histogram), "HISTFAAAAB94nJNpmSzMwMDAyAABzFAazL82eQmD/QeoCABVgwSI");
  for (std::uint64_t value = 1; value <= 1'000'000; value *= 10) histogram.record(value);
  EXPECT_EQ(encode_base64(histogram),
            "HISTFAAAADJ4nJNpmSzMwMAAwiDADKUZQcS1yUsY7D9ARZj4mTYyMrXyMX00ZnprwtRtxgQA0DcJAg==");
}

TEST(HistogramCodec, TextOfOtherWriters) {
  // hdr-histogram-js 3.0.1 writes an index offset of 1 and an integer as ratio.
  const auto js = decode_histogram_base64("HISTFAAAAB94nJNpmSzMwMDABMSMQMzMAAGMUJoJxg9mAgA1TQGm");
  ASSERT_TRUE(js) << js.error().what;
  EXPECT_EQ(js->total(), 1u);
  EXPECT_EQ(js->min(), 42u);
  EXPECT_EQ(js->max(), 42u);
  // The test of hdr-histogram-js holds this text, of another writer: one 42.
  const auto other =
      decode_histogram_base64("HISTFAAAAB542pNpmSzMwMDAxAABzFCaEUoz2X+AMIKZAEARAtM=");
  ASSERT_TRUE(other) << other.error().what;
  EXPECT_EQ(other->total(), 1u);
  EXPECT_EQ(other->percentile(50), 42u);
  EXPECT_EQ(other->mean(), 42);
}

TEST(HistogramCodec, WhatIsWrittenIsRead) {
  for (int digits = 1; digits <= 5; ++digits) {
    const auto histogram = sample(digits, 10'000'000);
    const auto plain = decode_histogram(encode(histogram));
    ASSERT_TRUE(plain) << plain.error().what;
    expect_same_counts(*plain, histogram);
    const auto text = decode_histogram_base64(encode_base64(histogram));
    ASSERT_TRUE(text) << text.error().what;
    expect_same_counts(*text, histogram);
    EXPECT_EQ(text->percentile(99), histogram.percentile(99));
    EXPECT_EQ(text->mean(), histogram.mean());
    EXPECT_EQ(text->max(), histogram.percentile(100));
    EXPECT_EQ(text->min(), histogram.percentile(0));
  }
}

TEST(HistogramCodec, EmptyAndCompactOnes) {
  const auto buckets = *Buckets::create(2, 1000, 3'600'000'000'000);
  const auto empty = decode_histogram_base64(encode_base64(CompactHistogram(buckets)));
  ASSERT_TRUE(empty);
  expect_same_counts(*empty, Histogram(buckets));
  CompactHistogram compact(buckets);
  Histogram wide(buckets);
  for (std::uint64_t value = 1; value < buckets.highest(); value *= 3) {
    compact.record(value);
    wide.record(value);
  }
  EXPECT_EQ(encode(compact), encode(wide));
}

TEST(HistogramCodec, CountsOfEveryLength) {
  const auto buckets = *Buckets::create(2, 1, 1'000'000);
  for (int bits = 0; bits < 63; ++bits) {
    const auto histogram = Histogram::of(buckets, {0, 1ull << bits, (1ull << bits) - 1, 0, 0, 3});
    if (bits == 62) {
      ASSERT_FALSE(histogram);  // their sum is above 2^63 - 1
      continue;
    }
    ASSERT_TRUE(histogram);
    const auto back = decode_histogram(encode(*histogram));
    ASSERT_TRUE(back) << bits;
    expect_same_counts(*back, *histogram);
  }
  const auto greatest = *Histogram::of(buckets, {(1ull << 63) - 1});
  EXPECT_EQ(encode(greatest).size(), 40u + 9);
  expect_same_counts(*decode_histogram(encode(greatest)), greatest);
}

TEST(HistogramCodec, HostileBytes) {
  EXPECT_TRUE(decode_histogram(header(1) + bytes({2})));
  EXPECT_TRUE(decode_histogram(header(1) + bytes({95})));  // 48 zeros: all there are
  EXPECT_FALSE(decode_histogram(header(1) + bytes({97})));
  EXPECT_FALSE(decode_histogram(header(2) + bytes({95, 0})));
  EXPECT_FALSE(decode_histogram(header(2) + bytes({2})));
  EXPECT_FALSE(decode_histogram(header(1) + bytes({2, 2})));
  EXPECT_FALSE(decode_histogram(header(1) + bytes({0x80})));
  EXPECT_FALSE(decode_histogram(header(9) + std::string(9, '\xff')));  // -2^63 zeros
  EXPECT_FALSE(decode_histogram(header(18) + (bytes({0xfe}) + std::string(8, '\xff')) +
                                (bytes({0xfe}) + std::string(8, '\xff'))));  // twice 2^63 - 1
  EXPECT_FALSE(decode_histogram(header(1, 0) + bytes({2})));
  EXPECT_FALSE(decode_histogram(header(1, 6) + bytes({2})));
  EXPECT_FALSE(decode_histogram(header(1, 1, 1) + bytes({2})));
  EXPECT_FALSE(decode_histogram(""));
  EXPECT_FALSE(decode_histogram(header(0).substr(0, 39)));
  EXPECT_FALSE(decode_histogram(std::string(41, 'x')));
}

TEST(HistogramCodec, MemoryIsBounded) {
  const Histogram large(*Buckets::create(5, 1, 20'000'000));
  EXPECT_FALSE(decode_histogram(encode(large)));
  EXPECT_FALSE(decode_histogram_base64(encode_base64(large)));
  EXPECT_TRUE(decode_histogram(encode(large), large.buckets().size()));
  EXPECT_FALSE(decode_histogram(encode(large), large.buckets().size() - 1));
  EXPECT_TRUE(decode_histogram_base64(encode_base64(large), large.buckets().size()));
}

std::string text_of(const std::string& plain, std::string_view tail = "") {
  uLongf size = compressBound(plain.size());
  std::string deflated(size, '\0');
  compress(reinterpret_cast<Bytef*>(deflated.data()), &size,
           reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  deflated.resize(size);
  deflated += tail;
  std::string all = bytes({0x1c, 0x84, 0x93, 0x14});
  for (int shift = 24; shift >= 0; shift -= 8)
    all.push_back(static_cast<char>(deflated.size() >> shift & 0xff));
  all += deflated;
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < all.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = i; j < i + 3; ++j)
      three = three << 8 | (j < all.size() ? static_cast<unsigned char>(all[j]) : 0);
    for (std::size_t j = 0; j < 4; ++j)
      text.push_back(i + j > all.size() ? '=' : alphabet[three >> (18 - 6 * j) & 63]);
  }
  return text;
}

TEST(HistogramCodec, HostileText) {
  const std::string good = header(1) + bytes({2});
  EXPECT_TRUE(decode_histogram_base64(text_of(good)));
  EXPECT_FALSE(decode_histogram_base64(text_of(good, "x")));
  EXPECT_FALSE(decode_histogram_base64(text_of(good + std::string(100'000'000, '\0'))));
  EXPECT_FALSE(decode_histogram_base64(text_of("")));
  EXPECT_FALSE(decode_histogram_base64(text_of(header(1))));
  for (const std::string text :
       {"", "=", "====", "HIST", "HISTFAAA", "HISTFAAAAB5", "no histogram"})
    EXPECT_FALSE(decode_histogram_base64(text)) << text;
  const std::string text = text_of(good);
  for (std::size_t i = 0; i < text.size(); ++i)
    EXPECT_FALSE(decode_histogram_base64(text.substr(0, i))) << i;
  std::string spaced = text;
  spaced.replace(20, 4, "    ");
  EXPECT_FALSE(decode_histogram_base64(spaced));
}

TEST(HistogramCodec, MutatedInputEndsInAnErrorOrAHistogram) {
  const std::string plain = encode(sample(2, 1'000'000)),
                    text = encode_base64(sample(1, 1'000'000));
  std::mt19937 random(11);
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string mutated = round % 2 == 0 ? plain : text;
    for (auto changes = 1 + random() % 3; changes > 0; --changes)
      mutated[random() % mutated.size()] = static_cast<char>(random());
    const auto read = round % 2 == 0 ? decode_histogram(mutated, 100'000)
                                     : decode_histogram_base64(mutated, 100'000);
    if (!read) {
      ++refused;
      continue;
    }
    std::uint64_t total = 0;
    for (std::uint32_t index = 0; index < read->buckets().size(); ++index) total += read->at(index);
    EXPECT_EQ(total, read->total());
    EXPECT_LE(read->buckets().size(), 100'000u);
  }
  EXPECT_GT(refused, 2000);
}

}  // namespace
}  // namespace ingress_check
