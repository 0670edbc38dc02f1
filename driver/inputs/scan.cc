// SPDX-License-Identifier: Apache-2.0
// What do the inputs of a link already define? Opens each input as the linker would, tells by its first bytes what it
// is, and hands it to the reader for that format. Nothing here reports an error: whatever cannot be read is the
// linker's to complain about. System calls are nine tenths of the cost: for an object of 100 KB in the cache 5 us with
// pread of what is looked at, 17 us with mmap (Linux 6.18, 10,000 objects).
#include "inputs/scan_internal.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Support/Path.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <memory>

namespace cxx_alloc {

namespace scan {

namespace {

// Enough to tell a linker script from something binary.
constexpr std::uint64_t head_size = 4 << 10;

// The header of an ELF object. Its size is not asked for: what lies beyond the end cannot be read, and that is found
// out when it is tried. Both together are a tenth of the time for an object.
constexpr std::uint64_t object_head_size = sizeof(llvm::ELF::Elf64_Ehdr);
constexpr std::uint64_t unknown_size = std::uint64_t(1) << 56;  // sums of a few do not overflow

// No symbol table of a real program comes near; a sparse file that claims more is not worth the memory.
constexpr std::uint64_t largest_table = 128 << 20;

constexpr std::uint64_t largest_script = 1 << 20;
constexpr unsigned deepest_script = 10;  // GNU ld 2.40: MAX_INCLUDE_DEPTH

bool read_at(int descriptor, std::uint64_t offset, std::uint64_t size, Buffer &buffer) {
  buffer.clear();  // else growing copies what is not needed any more
  buffer.resize_for_overwrite(size);
  size_t done = 0;
  while (done < size) {
    ssize_t got = pread(descriptor, buffer.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<size_t>(got);
  }
  return true;
}

// The magic of LLVM's bitcode, and that of the wrapper around it.
bool is_bitcode(llvm::StringRef head) { return head.starts_with("BC\xC0\xDE") || head.starts_with("\xDE\xC0\x17\x0B"); }

}  // namespace

bool is_elf(llvm::StringRef head) { return head.starts_with("\177ELF"); }

Bytes Bytes::slice(std::uint64_t from, std::uint64_t length) const {
  Bytes part;
  part.descriptor = descriptor;
  part.offset = offset + std::min(from, size);
  part.size = std::min(length, size - std::min(from, size));
  part.head = head.substr(std::min<std::uint64_t>(from, head.size()), part.size);
  return part;
}

std::optional<llvm::StringRef> read_bytes(const Bytes &bytes, std::uint64_t offset, std::uint64_t size,
                                          Buffer &buffer) {
  if (offset > bytes.size || size > bytes.size - offset) return std::nullopt;
  if (offset + size <= bytes.head.size()) return bytes.head.substr(offset, size);
  if (size > largest_table || !read_at(bytes.descriptor, bytes.offset + offset, size, buffer)) return std::nullopt;
  return llvm::StringRef(buffer.data(), buffer.size());
}

std::optional<Bytes> with_head(Bytes bytes, Buffer &head) {
  std::uint64_t wanted = std::min(bytes.size, head_size);
  if (bytes.head.size() < wanted) {
    if (!read_at(bytes.descriptor, bytes.offset, wanted, head)) return std::nullopt;
    bytes.head = {head.data(), head.size()};
  }
  return bytes;
}

std::optional<OpenFile> open_input(const char *path, Buffer &head) {
  // To open and close a FIFO would end its writer with SIGPIPE before the compiler reads it, so ask first; except for
  // "*.o", the many: no linker can use a FIFO as an object, and the second path walk would be a tenth of the scan.
  struct stat status;
  bool is_object = llvm::StringRef(path).ends_with(".o");
  if (!is_object && (stat(path, &status) != 0 || !S_ISREG(status.st_mode))) return std::nullopt;
  OpenFile bytes;
  bytes.owner = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!bytes.owner) return std::nullopt;
  bytes.descriptor = bytes.owner.get();
  if (is_object && read_at(bytes.descriptor, 0, object_head_size, head) && is_elf({head.data(), head.size()})) {
    bytes.head = {head.data(), head.size()};
    bytes.size = unknown_size;
    return bytes;
  }
  if (fstat(bytes.descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  bytes.size = static_cast<std::uint64_t>(status.st_size);
  std::optional<Bytes> whole = with_head(bytes, head);
  if (!whole) return std::nullopt;
  bytes.head = whole->head;
  return bytes;
}

bool scan_object(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted) {
  if (is_elf(bytes.head)) return scan_elf(scanner, bytes, origin, wanted);
  if (is_bitcode(bytes.head)) return scan_bitcode(scanner, bytes, origin, wanted);
  return true;
}

namespace {

void scan_path(Scanner &scanner, const std::string &path, bool static_only, unsigned depth);

bool exists(const std::string &path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0;
}

bool is_inside(const std::string &path, const std::string &directory) {
  std::unique_ptr<char, decltype(&free)> real_path(realpath(path.c_str(), nullptr), free);
  std::unique_ptr<char, decltype(&free)> real_directory(realpath(directory.c_str(), nullptr), free);
  if (!real_path || !real_directory) return false;
  llvm::StringRef rest = real_path.get();
  return rest.consume_front(real_directory.get()) && rest.starts_with("/");
}

// GNU ld 2.40, gold and lld 22 agree: the script's own folder, the current one, then the library folders.
std::optional<std::string> find_script_input(const Scanner &scanner, llvm::StringRef name, const std::string &script,
                                             bool static_only) {
  const LibrarySearch &search = scanner.search;
  if (name.consume_front("-l")) return find_link_input({LinkInput::Kind::library, name.str(), static_only}, search);
  if (name.consume_front("=") || name.consume_front("$SYSROOT")) return search.sysroot + name.str();
  if (name.starts_with("/")) {
    std::string in_sysroot = search.sysroot + name.str();
    bool is_in_sysroot = !search.sysroot.empty() && is_inside(script, search.sysroot) && exists(in_sysroot);
    return is_in_sysroot ? in_sysroot : name.str();
  }
  llvm::SmallString<256> beside = llvm::sys::path::parent_path(script);
  llvm::sys::path::append(beside, name);
  if (exists(beside.str().str())) return beside.str().str();
  if (exists(name.str())) return name.str();
  return find_link_input({LinkInput::Kind::library, ":" + name.str(), static_only}, search);
}

void scan_script(Scanner &scanner, llvm::StringRef text, const std::string &path, bool static_only, unsigned depth) {
  LinkerScript script = parse_linker_script(text);
  for (const std::string &symbol : script.assigned_symbols) {
    SymbolKind kind = classify_symbol_name(symbol);
    if (kind == SymbolKind::malloc || kind == SymbolKind::operators) scanner.define(kind, symbol, {path, {}});
  }
  for (std::string &versions : script.versions) scanner.result.versions.push_back({path, std::move(versions)});
  scanner.result.has_uncertain_script |= script.has_sections || !script.is_understood;
  for (std::string &directory : script.search_directories)
    scanner.search.last_directories.push_back(std::move(directory));
  if (depth == deepest_script) return;
  for (const std::string &name : script.inputs)
    if (std::optional<std::string> input = find_script_input(scanner, name, path, static_only))
      scan_path(scanner, *input, static_only, depth + 1);
}

void scan_file(Scanner &scanner, const std::string &path, bool static_only, unsigned depth) {
  std::optional<OpenFile> file = open_input(path.c_str(), scanner.head);
  scanner.result.could_open_all &= file.has_value();
  if (!file) return;
  llvm::StringRef head = file->head;
  Origin origin{path, {}};
  bool is_read = true;
  std::string script;
  if (is_archive(head)) {
    is_read = scan_archive(scanner, *file, origin);
  } else if (is_elf(head) || is_bitcode(head)) {
    is_read = scan_object(scanner, *file, origin, {});
  } else if (file->size <= largest_script && !head.contains('\0')) {
    if (std::optional<llvm::StringRef> text = read_bytes(*file, 0, file->size, scanner.strings)) script = text->str();
  }
  file.reset();
  scanner.result.has_opaque_code |= !is_read;
  if (!script.empty()) scan_script(scanner, script, path, static_only, depth);
}

void scan_path(Scanner &scanner, const std::string &path, bool static_only, unsigned depth) {
  if (!is_language_runtime(path) && scanner.seen.insert(path).second) scan_file(scanner, path, static_only, depth);
}

}  // namespace

}  // namespace scan

namespace {

using scan::Scanner;

// Plain objects, the many, need nothing from each other; so several threads read them, a few at a time. On two cores
// that halves the time of a scan; starting a thread costs as much as some ten objects.
class ObjectScan {
public:
  ObjectScan(llvm::ArrayRef<LinkInput> inputs, const LibrarySearch &search) : inputs(inputs), search(search) {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (is_plain_object(inputs[i])) objects.push_back(i);
  }

  static bool is_plain_object(const LinkInput &input) {
    return input.kind == LinkInput::Kind::file && !input.is_data && llvm::StringRef(input.name).ends_with(".o");
  }

  // Reads all objects; a scanner for each thread that took part holds what that thread found.
  std::vector<std::unique_ptr<Scanner>> run() {
    size_t threads = std::min({objects.size() / objects_worth_a_thread, most_threads, count_processors()});
    std::vector<std::pair<pthread_t, std::unique_ptr<Share>>> others;
    while (others.size() + 1 < threads) {
      auto share = std::make_unique<Share>(*this);
      pthread_t thread;
      if (pthread_create(&thread, nullptr, run_share_apart, share.get()) != 0) break;
      others.emplace_back(thread, std::move(share));
    }
    Share own(*this);
    run_share(&own);
    std::vector<std::unique_ptr<Scanner>> scanners;
    scanners.push_back(std::move(own.scanner));
    for (auto &[thread, share] : others) {
      pthread_join(thread, nullptr);
      scanners.push_back(std::move(share->scanner));
    }
    return scanners;
  }

private:
  static constexpr size_t objects_worth_a_thread = 64;
  static constexpr size_t objects_at_a_time = 16;
  static constexpr size_t most_threads = 4;

  struct Share {
    explicit Share(ObjectScan &whole) : whole(whole), scanner(std::make_unique<Scanner>()) {
      scanner->search = whole.search;
    }
    ObjectScan &whole;
    std::unique_ptr<Scanner> scanner;
  };

  // Linux takes locks for each system call with a descriptor while threads share them; so this one has its own.
  static void *run_share_apart(void *argument) {
    unshare(CLONE_FILES);
    return run_share(argument);
  }

  static void *run_share(void *argument) {
    auto &[whole, scanner] = *static_cast<Share *>(argument);
    for (;;) {
      size_t begin = whole.next.fetch_add(objects_at_a_time);
      if (begin >= whole.objects.size()) return nullptr;
      for (size_t i : llvm::ArrayRef(whole.objects).drop_front(begin).take_front(objects_at_a_time)) {
        scanner->input_index = i;
        scanner->input = whole.inputs[i];
        scan::scan_file(*scanner, whole.inputs[i].name, whole.inputs[i].static_only, 0);
      }
    }
  }

  static size_t count_processors() {
    cpu_set_t processors;
    return sched_getaffinity(0, sizeof processors, &processors) == 0 ? CPU_COUNT(&processors) : 1;
  }

  llvm::ArrayRef<LinkInput> inputs;
  const LibrarySearch &search;
  std::vector<size_t> objects;
  std::atomic<size_t> next = 0;
};

// References are looked for in the members of archives only if no object has one: it takes reading them all.
void scan_archives_for_references(Scanner &scanner, llvm::ArrayRef<std::string> archives) {
  for (const std::string &path : archives) {
    if (scanner.result.refers_to_operators) return;
    std::optional<scan::OpenFile> file = scan::open_input(path.c_str(), scanner.head);
    if (!file) continue;
    scan::Wanted references{.definitions = false, .references = true};
    scanner.result.has_opaque_code |= !scan::scan_archive_members(scanner, *file, {path, {}}, references);
  }
}

// Reads what the shared libraries load with them, and what those load, until one defines malloc.
void scan_needed_libraries(Scanner &scanner) {
  const std::vector<std::string> directories = scanner.search.directories;
  for (size_t i = 0; i < scanner.needed.size() && !scanner.defines_heap(); ++i) {
    scan::Needed needed = scanner.needed[i];
    scanner.needed_by = needed.by;
    scanner.search.directories = scanner.search.rpaths;
    scanner.search.directories.insert(scanner.search.directories.end(), needed.directories.begin(),
                                      needed.directories.end());
    scanner.search.directories.insert(scanner.search.directories.end(), directories.begin(), directories.end());
    for (const std::string &name : needed.names) {
      // A library without a soname is needed by the path that it was linked by.
      LinkInput input = llvm::StringRef(name).contains('/') ? LinkInput{LinkInput::Kind::file, name}
                                                            : LinkInput{LinkInput::Kind::library, ":" + name};
      if (std::optional<std::string> path = find_link_input(input, scanner.search))
        scan::scan_path(scanner, *path, /*static_only=*/false, 0);
    }
  }
}

}  // namespace

ScanResult scan_link_inputs(llvm::ArrayRef<LinkInput> inputs, const LibrarySearch &search) {
  std::vector<std::unique_ptr<Scanner>> others = ObjectScan(inputs, search).run();
  Scanner scanner;
  scanner.search = search;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (ObjectScan::is_plain_object(inputs[i]) || inputs[i].is_data) continue;
    scanner.input_index = i;
    scanner.input = inputs[i];
    if (std::optional<std::string> path = find_link_input(inputs[i], scanner.search))
      scan::scan_path(scanner, *path, inputs[i].static_only, 0);
  }
  for (std::unique_ptr<Scanner> &other : others) scanner.merge(std::move(*other));
  scan_archives_for_references(scanner, scanner.indexed_archives);
  scan_needed_libraries(scanner);
  scanner.finish();
  return std::move(scanner.result);
}

}  // namespace cxx_alloc
