// SPDX-License-Identifier: Apache-2.0
// The format that glibc 2.2 introduced and that ldconfig has written alone since 2.32; before that, it stood behind an
// older one.
#include "audit/loader_cache.h"

#include <llvm/Support/Endian.h>
#include <llvm/Support/MemoryBuffer.h>

namespace cxx_alloc::audit {

LoaderCache LoaderCache::parse(llvm::StringRef bytes) {
  constexpr llvm::StringLiteral magic = "glibc-ld.so.cache1.1";
  constexpr size_t header_size = 48, entry_size = 24;
  constexpr std::uint64_t for_some_processors = std::uint64_t(1)
                                                << 62;  // a glibc-hwcaps folder; those are looked at anyway
  using llvm::support::endian::read32;
  using llvm::support::endian::read64;

  LoaderCache cache;
  size_t begin = bytes.find(magic);
  if (begin == llvm::StringRef::npos) return cache;
  bytes = bytes.drop_front(begin);
  if (bytes.size() < header_size) return cache;
  size_t count = read32(bytes.data() + magic.size(), llvm::endianness::native);
  auto string_at = [&](std::uint32_t offset) {
    llvm::StringRef rest = offset < bytes.size() ? bytes.drop_front(offset) : "";
    size_t end = rest.find('\0');
    return end == llvm::StringRef::npos ? llvm::StringRef() : rest.take_front(end);
  };
  for (size_t i = 0; i != count && header_size + (i + 1) * entry_size <= bytes.size(); ++i) {
    const char *entry = bytes.data() + header_size + i * entry_size;
    if (read64(entry + 16, llvm::endianness::native) & for_some_processors) continue;
    llvm::StringRef name = string_at(read32(entry + 4, llvm::endianness::native));
    llvm::StringRef path = string_at(read32(entry + 8, llvm::endianness::native));
    if (!name.empty() && path.starts_with("/")) cache.paths_[name].push_back(path.str());
  }
  return cache;
}

LoaderCache LoaderCache::read(const std::string &path) {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  return buffer ? parse((*buffer)->getBuffer()) : LoaderCache();
}

llvm::ArrayRef<std::string> LoaderCache::find(llvm::StringRef name) const {
  auto found = paths_.find(name);
  return found == paths_.end() ? llvm::ArrayRef<std::string>() : llvm::ArrayRef<std::string>(found->second);
}

}  // namespace cxx_alloc::audit
