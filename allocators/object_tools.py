# SPDX-License-Identifier: Apache-2.0
"""How is a runtime object made? Compile, link into one relocatable object, hide what is not for others, check.

Used by the build scripts of the allocator folders. Everything runs in the current directory with relative paths, so that
no path of the build machine reaches an object, and two builds give the same bytes.
"""
import argparse
import os
import shlex
import shutil
import struct
import subprocess
import sys


def fail(message):
    sys.exit(f'cxx-alloc: error: {message}')


def run(command, **options):
    """Run a command silently; on failure print what it said and stop."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    except FileNotFoundError:
        fail(f'{command[0]}: not found; it is needed to build the runtime objects')
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        fail(f'{shlex.join(command)}: exit status {done.returncode}')
    return done.stdout


def succeeds(command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def patching(patch, folder, *flags):
    """The command that puts `patch` into the tree in `folder`, or fails and leaves it as it was with --dry-run."""
    if shutil.which('patch') is None:
        fail('patch: not found; it is needed to build the allocators; install patch')
    return ['patch', '-p1', '--force', '--silent', '--fuzz=0', '--reject-file=-', '--no-backup-if-mismatch', *flags,
            f'--directory={folder}', f'--input={patch}']


def arguments(description):
    """The options that Meson gives to every build script."""
    parser = argparse.ArgumentParser(description=description)
    for name in ['cc', 'cxx', 'objcopy', 'nm', 'ar', 'readelf']:
        parser.add_argument(f'--{name}', required=True, type=shlex.split, help='command, words separated by spaces')
    parser.add_argument('--lto-cxx', action='append', default=[], type=shlex.split, help='a C++ compiler whose LTO is provided for')
    parser.add_argument('--triple', required=True)
    parser.add_argument('--host', required=True, help="for configure, when cross-compiling; else empty")
    parser.add_argument('--runtime', required=True, type=os.path.abspath, help='the folder runtime/')
    parser.add_argument('--work', required=True, type=os.path.abspath, help='a folder for intermediate files')
    parser.add_argument('--output', required=True, type=os.path.abspath, help='the folder <triple>')
    parser.add_argument('--project-version', required=True)
    parser.add_argument('--allocator-version', default='')
    return parser


def drop_empty_relocations(file):
    """Where garbage collection removes a function, GNU ld 2.40 leaves relocations of kind R_*_NONE, without a symbol, to what
    described it in .eh_frame. mold 1.10 fails on them with --emit-relocs. They are taken out of the object `file`."""
    with open(file, 'rb') as stream:
        data = bytearray(stream.read())
    order = '<' if data[5] == 1 else '>'
    # ELF64: e_shoff at 40, e_shentsize and e_shnum at 58, sh_offset, sh_size at 24; r_info at 8, 8 bytes. ELF32 likewise.
    wide = data[4] == 2
    table, = struct.unpack_from(order + ('Q' if wide else 'I'), data, 40 if wide else 32)
    entry_size, count = struct.unpack_from(order + 'HH', data, 58 if wide else 46)
    field, fields_at = (order + 'QQ', 24) if wide else (order + 'II', 16)
    info = slice(8, 16) if wide else slice(4, 8)
    for at in range(table, table + count * entry_size, entry_size):
        kind, = struct.unpack_from(order + 'I', data, at + 4)
        if kind not in (4, 9):  # SHT_RELA, SHT_REL
            continue
        begin, size = struct.unpack_from(field, data, at + fields_at)
        step = (24 if kind == 4 else 16) if wide else (12 if kind == 4 else 8)
        rows = [data[row:row + step] for row in range(begin, begin + size, step)]
        kept = [row for row in rows if any(row[info])]
        data[begin:begin + size] = b''.join(kept).ljust(size, b'\0')
        struct.pack_into(field, data, at + fields_at, begin, len(kept) * step)
    with open(file, 'wb') as stream:
        stream.write(data)


class Toolchain:
    # -fno-builtin-*: a compiler may turn a malloc followed by memset into calloc, here too. No LTO: other people's
    # jemalloc broke under it (ClickHouse pull request 102913). -U_FORTIFY_SOURCE: only names that every libc has.
    FLAGS = ['-O2', '-g0', '-fPIC', '-fno-lto', '-fvisibility=hidden', '-U_FORTIFY_SOURCE', '-D_GNU_SOURCE',
             '-D_REENTRANT', '-fno-builtin-malloc', '-fno-builtin-calloc', '-fno-builtin-realloc', '-fno-builtin-free',
             '-ffunction-sections', '-w']

    def __init__(self, options):
        self.options = options
        self.flags = self.FLAGS + self.branch_protection()

    def branch_protection(self):
        """A linker marks a program for Intel CET or AArch64 BTI only if every object in it is marked."""
        return [flag for flag in ['-fcf-protection=full', '-mbranch-protection=standard'] if self.accepts(flag)]

    def accepts(self, flag):
        """The C compiler knows `flag` for this target."""
        command = self.options.cc + ['-Werror', flag, '-x', 'c', '-c', os.devnull, '-o', 'accepts.o']
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def note(self, allocator, output):
        """The text of the note as a macro. Sorted keys; equal inputs give equal bytes."""
        fields = {'allocator': allocator, 'cxx-alloc': self.options.project_version, 'output': output}
        if self.options.allocator_version:
            fields['version'] = self.options.allocator_version
        pairs = [f'"{key}":"{value}"' for key, value in fields.items()] + ['"schema":1']
        text = '{' + ','.join(sorted(pairs)) + '}'
        escaped = text.replace('"', '\\"')
        return f'-DCXX_ALLOC_NOTE="{escaped}"'

    def compile(self, source, output, *flags):
        cxx = source.endswith('.cc')
        compiler = self.options.cxx + ['-std=c++17', '-fsized-deallocation'] if cxx else self.options.cc + ['-std=gnu11']
        # A source is read through a link in the work folder: its path is then relative.
        local = os.path.join('source', os.path.basename(os.path.dirname(source)) + '-' + os.path.basename(source))
        os.makedirs('source', exist_ok=True)
        shutil.copyfile(source, local)
        include = os.path.join('source', os.path.basename(os.path.dirname(source)))
        copy_headers(os.path.dirname(source), include)
        copy_headers(self.options.runtime, os.path.join('source', 'runtime'))
        run(compiler + self.flags + ['-I', include, '-I', os.path.join('source', 'runtime'), *flags, '-c', local,
                                     '-o', output])

    def merge(self, inputs, output, keep, pull=(), wrapped=()):
        """One relocatable object of all inputs. Names in `keep` stay global, the others become local or are left out. Those
        in `pull` are undefined in it though nothing refers to them. For the names in `wrapped`, references to NAME are taken
        for __wrap_NAME, and those to __real_NAME for NAME."""
        # Stays in the work folder: test/foreign/run links jemalloc's tests with it, for they call what users do not see.
        merged = 'merged-' + os.path.basename(output)
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'merge.ld')
        shutil.copyfile(script, 'merge.ld')
        # Of the linkers, only GNU ld collects garbage in a relocatable link. i386's helpers for position-independent code
        # come in groups of a common name, of which the final link would drop ours for somebody else's.
        run(self.options.cc + ['-fuse-ld=bfd', '-r', '-nostdlib', '-Wl,--gc-sections', '-Wl,--force-group-allocation',
                               '-Wl,-T,merge.ld', *[f'-Wl,-u,{name}' for name in [*keep, *pull]],
                               *[f'-Wl,--wrap={name}' for name in wrapped], '-o', merged, *inputs, self.libgcc()])
        names = 'keep.txt'
        with open(names, 'w') as stream:
            stream.writelines(f'{symbol}\n' for symbol in keep)
        self.strip(merged, output, f'--keep-global-symbols={names}', *[f'--keep-symbol={name}' for name in pull])
        drop_empty_relocations(output)

    def strip(self, file, output, *flags):
        run(self.options.objcopy + [*flags, '--strip-unneeded', '--remove-section=.comment', file, output])

    def libgcc(self):
        # Helpers that a target's GCC calls. Left to the final link, g++'s `-lgcc_s -lgcc` would make every program depend on
        # libgcc_s.so.
        return run(self.options.cc + ['-print-libgcc-file-name']).strip()

    def defined(self, *files):
        """Global definitions: name → one letter of nm. Of all files at once, for with LLVM's plug-in GNU nm starts slowly."""
        lines = run(self.options.nm + ['-g', '--defined-only', *files]).splitlines()
        return {words[2]: words[1] for words in map(str.split, lines) if len(words) == 3}

    def undefined(self, file):
        lines = run(self.options.nm + ['-g', '--undefined-only', file]).splitlines()
        return {words[1]: words[0] for words in map(str.split, lines) if len(words) == 2}

    def visibility(self, file):
        """Symbol → DEFAULT, HIDDEN, … of every global definition."""
        found = {}
        for line in run(self.options.readelf + ['-sW', file]).splitlines():
            words = line.split()
            if len(words) >= 8 and words[4] in ('GLOBAL', 'WEAK') and words[6] != 'UND':
                found[words[7]] = words[5]
        return found

    def check_visible(self, file, public):
        """A user sees nothing but `public`, all of it weak, and names that begin with cxx_alloc_; or nothing at all."""
        visibility, defined = self.visibility(file), self.defined(file)
        for name, seen in visibility.items():
            if name.startswith('cxx_alloc_') and name not in public and public:
                continue
            if name not in public and seen != 'HIDDEN':
                fail(f'{os.path.basename(file)}: {name} is visible to users; hide it or list it')
            if name in public and defined[name] not in 'VWvw':
                fail(f'{os.path.basename(file)}: {name} is not weak; a user could not define it')
        missing = sorted(set(public) - set(visibility))
        if missing:
            fail(f'{os.path.basename(file)}: {", ".join(missing)} not defined')

    def check_links_with_libc_alone(self, file, *libraries):
        """A C program with this object needs nothing but libc and `libraries`; the linker is the judge."""
        with open('empty.c', 'w') as stream:
            stream.write('int main(void) { return 0; }\n')
        run(self.options.cc + [file, 'empty.c', '-nodefaultlibs', '-lc', *libraries, '-o', 'links-with-libc'])
        os.remove('links-with-libc')

    def archive(self, file, members):
        if os.path.exists(file):
            os.remove(file)
        run(self.options.ar + ['rcD', file, *members])


def copy_headers(source, destination):
    for folder, _, names in os.walk(source):
        target = os.path.join(destination, os.path.relpath(folder, source))
        os.makedirs(target, exist_ok=True)
        for name in names:
            if name.endswith(('.h', '.inc')):
                shutil.copyfile(os.path.join(folder, name), os.path.join(target, name))


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def finish(folder):
    """Ninja compares the folder's own time with the inputs'; say that it is new."""
    os.utime(folder)
