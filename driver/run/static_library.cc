// SPDX-License-Identifier: Apache-2.0
// How is a static library written? LLVM's archive writer makes the bytes. The file itself is ours: llvm::writeArchive
// (LLVM 22) renames its temporary file before the last buffer is flushed, so on a full disk it would replace the old
// library with a truncated one and then abort in the destructor of its stream.
#include "run/static_library.h"

#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Process.h>
#include <llvm/Support/raw_ostream.h>

namespace cxx_alloc {

namespace {

using llvm::Error;
using llvm::Expected;

using Members = llvm::ArrayRef<std::pair<std::string, std::string>>;

Expected<std::vector<llvm::NewArchiveMember>> read_members(Members members) {
  std::vector<llvm::NewArchiveMember> read;
  for (const auto &[name, path] : members) {
    // getFile() reports what cannot be opened or is a directory; Deterministic fixes times, owners and modes.
    Expected<llvm::NewArchiveMember> member = llvm::NewArchiveMember::getFile(path, /*Deterministic=*/true);
    if (!member) return llvm::createFileError(path, member.takeError());
    member->MemberName = name;
    read.push_back(std::move(*member));
  }
  return read;
}

// Writes `members` to `descriptor`, to the last byte, or tells why not.
Error write_members(int descriptor, llvm::ArrayRef<llvm::NewArchiveMember> members) {
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/false);
  // A member whose symbols cannot be read is archived without an index entry, as ar does; the linker will speak of it.
  Error error = llvm::writeArchiveToStream(stream, members, llvm::SymtabWritingMode::NormalSymtab,
                                           llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false,
                                           std::nullopt, [](Error warning) { llvm::consumeError(std::move(warning)); });
  stream.flush();
  std::error_code failure = stream.error();
  stream.clear_error();
  if (error) return error;
  return llvm::errorCodeToError(failure);
}

Error write_device(llvm::StringRef path, llvm::ArrayRef<llvm::NewArchiveMember> members) {
  int descriptor = -1;
  if (std::error_code failure = llvm::sys::fs::openFileForWrite(path, descriptor, llvm::sys::fs::CD_OpenExisting))
    return llvm::createFileError(path, failure);
  Error error = write_members(descriptor, members);
  std::error_code failure = llvm::sys::Process::SafelyCloseFileDescriptor(descriptor);
  if (error) return llvm::createFileError(path, std::move(error));
  return failure ? llvm::createFileError(path, failure) : Error::success();
}

}  // namespace

Error write_static_library(llvm::StringRef output, llvm::ArrayRef<std::pair<std::string, std::string>> members) {
  Expected<std::vector<llvm::NewArchiveMember>> read = read_members(members);
  if (!read) return read.takeError();

  // A symbolic link stays one. A device (`-o /dev/null`) is written to: root could rename over it.
  llvm::SmallString<256> target = output;
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(output, status)) {
    if (status.type() == llvm::sys::fs::file_type::directory_file)
      return llvm::createFileError(output, std::make_error_code(std::errc::is_a_directory));
    if (status.type() != llvm::sys::fs::file_type::regular_file) return write_device(output, *read);
    if (std::error_code failure = llvm::sys::fs::real_path(output, target))
      return llvm::createFileError(output, failure);
  }

  // In the same folder, so that the rename is one step; created with 0666 less the umask.
  Expected<llvm::sys::fs::TempFile> file = llvm::sys::fs::TempFile::create(target + ".tmp-%%%%%%%%");
  if (!file) return llvm::createFileError(output, file.takeError());
  Error error = write_members(file->FD, *read);
  if (!error) error = file->keep(target);
  if (!error) return Error::success();
  llvm::consumeError(file->discard());
  return llvm::createFileError(output, std::move(error));
}

}  // namespace cxx_alloc
