#include <algorithm>

#include "der/reader.h"
#include "der/writer.h"
#include "input.h"

namespace {

// Writes again what was read; strict DER has one encoding, so the bytes are the same.
void rewrite(base::ByteView bytes, der::Writer& writer, int depth) {
  der::Reader reader{bytes};
  while (!reader.at_end()) {
    const auto element = reader.element();
    if (!element) {
      writer.raw(reader.rest());
      return;
    }
    if ((element->tag & 0x20) != 0 && depth < 50) {
      writer.constructed(element->tag, [&] { rewrite(element->content, writer, depth + 1); });
    } else {
      writer.primitive(element->tag, element->content);
    }
  }
}

template <class Read, class Write>
void read_and_write(base::ByteView bytes, Read read, Write write) {
  der::Reader reader{bytes};
  const auto value = read(reader);
  if (value) {
    der::Writer writer;
    write(writer, *value);
    REQUIRE(std::ranges::equal(writer.bytes(), bytes.first(bytes.size() - reader.rest().size())));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  der::Writer writer;
  rewrite(input, writer, 0);
  REQUIRE(std::ranges::equal(writer.bytes(), input));

  read_and_write(input, [](auto& r) { return r.boolean(); }, [](auto& w, auto v) { w.boolean(v); });
  read_and_write(
      input, [](auto& r) { return r.small_integer(); }, [](auto& w, auto v) { w.integer(v); });
  read_and_write(
      input, [](auto& r) { return r.unsigned_integer(); },
      [](auto& w, auto v) { w.unsigned_integer(v); });
  read_and_write(
      input, [](auto& r) { return r.whole_octets(); }, [](auto& w, auto v) { w.bit_string(v); });
  read_and_write(
      input, [](auto& r) { return r.generalized_time(); },
      [](auto& w, auto v) { w.generalized_time(v); });
  read_and_write(
      input, [](auto& r) { return r.oid(); },
      [](auto& w, const der::Oid& v) {
        w.oid(v);
        REQUIRE(der::Oid::parse(v.to_string()).value() == v);
      });
  return 0;
}
