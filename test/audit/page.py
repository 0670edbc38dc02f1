#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page of the audit, in Chromium without a window: page.py CXX-ALLOC [PICTURES].

Speaks the WebDriver protocol to Debian's chromedriver. Clicks, filters, sorts, walks with the keyboard; no message on the
console, no request to anywhere but the page, every text readable in light and in dark; ten thousand files stay fluid.
"""
import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

CONTRAST = """
  const channel = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const parse = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const bad = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (!text || ['SCRIPT', 'STYLE'].includes(element.tagName) || !element.getClientRects().length) continue;
    const svg = element.closest('svg g');
    const ink = luminance(parse(svg ? getComputedStyle(element).fill : getComputedStyle(element).color));
    const paper = luminance(svg ? parse(getComputedStyle(svg.querySelector('rect')).fill) : ground(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    ++seen;
    if (ratio < 4.5) bad.push(text.slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  for (const name of known.concat('other')) {
    const colour = getComputedStyle(document.documentElement).getPropertyValue('--c-' + name).trim();
    const paper = luminance([1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16)));
    const ink = inkOn(colour) === '#000000' ? 0 : 1;
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) bad.push('--c-' + name + ' ' + ratio.toFixed(2));
  }
  return [seen, bad];
"""


class Browser:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1500",
                     f"--user-data-dir={folder}/profile", "--disable-background-networking", "--no-first-run"]
        options = {"goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                   "goog:chromeOptions": {"args": arguments, "binary": shutil.which("chromium")}}
        for _ in range(300):
            try:
                self.session = ""
                self.session = "/session/" + self.call("POST", "/session", {"capabilities": {"alwaysMatch": options}})["sessionId"]
                return
            except ConnectionError:
                time.sleep(0.1)
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionError):
                    raise
                time.sleep(0.1)
        raise TimeoutError("chromedriver does not answer")

    def call(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.session}{path}", data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=240) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return next(iter(self.call("POST", "/element", {"using": "css selector", "value": selector}).values()))

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", "/screenshot")))

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def elf_file(path, size, needed=(), exports=()):
    """The smallest shared library that says what is asked: no section, a dynamic table with hash and symbols."""
    strings = b"\0"
    places = {}
    for name in (*needed, *exports):
        places[name] = len(strings)
        strings += name.encode() + b"\0"
    symbols = bytes(24) + b"".join(struct.pack("<IBBHQQ", places[name], 0x12, 0, 1, 0x1000, 1) for name in exports)
    count = len(exports) + 1
    table = struct.pack("<III", 1, count, 0) + bytes(4 * count)
    base = 64 + 2 * 56
    at_symbols, at_strings = base, base + len(symbols)
    at_hash = (at_strings + len(strings) + 7) // 8 * 8
    at_dynamic = (at_hash + len(table) + 7) // 8 * 8
    entries = [(1, places[name]) for name in needed] + [(5, at_strings), (10, len(strings)), (6, at_symbols), (4, at_hash), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    end = at_dynamic + len(dynamic)
    with open(path, "wb") as file:
        file.write(b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0))
        file.write(struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, end, end, 4096))
        file.write(struct.pack("<IIQQQQQQ", 2, 4, at_dynamic, at_dynamic, at_dynamic, len(dynamic), len(dynamic), 8))
        file.write(symbols + strings)
        file.seek(at_hash)
        file.write(table)
        file.seek(at_dynamic)
        file.write(dynamic)
        file.truncate(max(size, end))


def audit(command, page, *words, unreadable=0):
    with open(page, "wb") as file:
        done = subprocess.run([command, "--allocator-audit=html", *words], stdout=file, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 if unreadable else done.returncode in (0, 1), done
    assert done.stderr.count(b"\n") == unreadable, done.stderr[:1000]


def make_tree(command, folder):
    """Programs with different allocators and libraries, and some faults."""
    def build(*words):
        subprocess.run(words, check=True, cwd=folder)
    os.makedirs(folder + "/bin")
    os.makedirs(folder + "/lib/plug-ins")
    for name, text in {"main.cc": "int f(); int main() { return f() + !new int; }", "f.cc": "int f() { return !new int; }",
                       "own.c": "#include <stddef.h>\nvoid *malloc(size_t n) { static char h[4096]; return h + n; } void free(void *p) { (void)p; }\n"
                                "void *calloc(size_t n, size_t m) { return malloc(n * m); } void *realloc(void *p, size_t n) { (void)p; return malloc(n); }"}.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    build(command, "-shared", "-fPIC", "f.cc", "-o", "lib/libf.so")
    libraries = ["-Llib", "-lf", "-Wl,-rpath,$ORIGIN/../lib"]
    build(command, "main.cc", "-o", "bin/server", *libraries)
    build(command, "main.cc", "f.cc", "-static", "-o", "bin/tool")
    build(command, "--allocator=system", "main.cc", "-o", "bin/check", *libraries)
    build("g++", "main.cc", "-o", "bin/linked", "-Wl,--no-as-needed", "-ljemalloc", "-ltcmalloc_minimal", *libraries)
    build("g++", "main.cc", "f.cc", "-o", "bin/worker", "-ltcmalloc_minimal", "-Wl,--no-as-needed", "-ltcmalloc_minimal")
    build("g++", "main.cc", "f.cc", "-o", "bin/relay", "-Wl,--no-as-needed", "-lmimalloc")
    build("g++", "-fsanitize=address", "main.cc", "f.cc", "-o", "bin/check-asan")
    build("gcc", "-shared", "-fPIC", "own.c", "-o", "lib/libengine.so")
    build(command, "--allocator=jemalloc", "-shared", "-fPIC", "f.cc", "-o", "lib/plug-ins/guest.so")
    build("gcc", "-c", "own.c")    # g++ would give its functions other names
    build("g++", "main.cc", "f.cc", "own.o", "-o", "bin/own")


def main(command, pictures=None):
    command = os.path.abspath(command)
    with tempfile.TemporaryDirectory() as folder:
        make_tree(command, folder + "/tree")
        audit(command, folder + "/page.html", folder + "/tree")
        browser = Browser(folder)
        try:
            check(browser, folder, pictures)
            check_large(browser, command, folder)
            check_unreadable(browser, command, folder)
        finally:
            browser.close()


def check(browser, folder, pictures):
    url = f"file://{folder}/page.html"
    browser.call("POST", "/url", {"url": url})
    shown = lambda: browser.run("return state.shown.length")
    assert shown() == 11, shown()
    assert browser.run("return document.querySelectorAll('tr.row').length") == 11
    assert not browser.run("return find('unread').getClientRects().length")    # everything was read

    # The filter: words, kind, allocator, faults.
    browser.type("#query", "bin/server")
    wait_for("filtered by words", lambda: shown() == 1)
    browser.run("find('query').value = ''; find('query').dispatchEvent(new Event('input'))")
    wait_for("all again", lambda: shown() == 11)
    browser.click("#legend button[data-allocator=jemalloc]")
    assert shown() == 3 and browser.run("return state.shown.every(index => files[index].allocator === 'jemalloc')")
    browser.click("#legend button[data-allocator=jemalloc]")
    browser.click("#faulty")
    assert 2 <= shown() < 11, shown()
    assert browser.run("return state.shown.every(index => files[index].faults)")
    browser.click("#faulty")
    browser.run("find('kind').value = 'shared-library'; find('kind').dispatchEvent(new Event('change'))")
    assert shown() == 3
    browser.run("find('kind').value = ''; find('kind').dispatchEvent(new Event('change'))")

    # The table sorts, both ways, and tells so.
    column = "return [...document.querySelectorAll('tr.row')].map(row => files[+row.id.slice(4)].size)"
    browser.click("thead th:nth-child(5) button")
    sizes = browser.run(column)
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) > 3
    assert browser.run("return document.querySelector('th:nth-child(5)').getAttribute('aria-sort')") == "descending"
    browser.click("thead th:nth-child(5) button")
    assert browser.run(column) == sorted(sizes)
    browser.click("thead th:nth-child(1) button")

    # A click into the map chooses; the graph has the libraries, and the one with the malloc stands out.
    linked = browser.run("return files.findIndex(file => file.path.endsWith('bin/linked'))")
    browser.run("choose(arguments[0])", linked)
    labels = browser.run("return [...document.querySelectorAll('svg g')].map(node => node.getAttribute('aria-label'))")
    assert any("libjemalloc.so.2, jemalloc, its malloc" in label for label in labels), labels
    assert any("libf.so, process" in label for label in labels) and any("libtcmalloc" in label for label in labels)
    assert "two-allocators" in browser.run("return find('details-body').textContent")
    browser.click("#details-body .fault a")
    assert browser.run("return document.querySelector(':target').textContent") == "two-allocators"
    # From the graph to the library, and from there back to who loads it.
    browser.run("[...document.querySelectorAll('svg g')].find(node => node.getAttribute('aria-label').includes('libf.so')).dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert browser.run("return files[state.chosen].path").endswith("lib/libf.so")
    assert "Loaded by 3 executables" in browser.run("return find('details-body').textContent")
    place = browser.run("const at = find('map').getBoundingClientRect(); scrollTo(0, 0); return [at.left + at.width / 2, at.top + scrollY + at.height / 2]")
    browser.run("choose(-1)")
    browser.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [
        {"type": "pointerMove", "x": round(place[0]), "y": round(place[1])}, {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0}]}]})
    assert browser.run("return state.chosen") >= 0
    assert not browser.run("return find('tip').hidden")

    # The keyboard alone: the map's arrows, the table's.
    browser.run("choose(0); find('map').focus()")
    for _ in range(3):
        browser.type("#map", "\ue014\ue015")    # right, down
    moved = browser.run("return state.chosen")
    assert moved != 0
    assert browser.run("return files[state.chosen].path") in browser.run("return find('map').getAttribute('aria-label')")
    browser.type("#map", "\ue007")    # Enter: into the folder
    assert browser.run("return find('crumbs').children.length") > 0
    browser.type("#map", "\ue00c")
    browser.run("find('table').focus()")
    browser.type("#table", "\ue011")    # Home
    first = browser.run("return document.querySelector('tr[aria-selected=true]').getAttribute('aria-rowindex')")
    browser.type("#table", "\ue015")
    second = browser.run("return document.querySelector('tr[aria-selected=true]').getAttribute('aria-rowindex')")
    assert (first, second) == ("2", "3"), (first, second)
    assert browser.run("return find('said').textContent")
    # Whatever can be used has a name for who does not see.
    unnamed = browser.run("""return [...document.querySelectorAll('button, input, select, canvas, svg, table, [tabindex="0"]')]
      .filter(each => !(each.textContent.trim() || each.getAttribute('aria-label') || each.getAttribute('aria-labelledby') || each.labels?.length))
      .map(each => each.outerHTML.slice(0, 80))""")
    assert not unnamed, unnamed

    # Printing shows all rows, in light colours.
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.run("return getComputedStyle(document.documentElement).getPropertyValue('--page').trim()") == "#f6f7f9"
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert len(browser.devtools("Page.printToPDF")["data"]) > 10000

    browser.run("choose(arguments[0])", browser.run("return files.findIndex(file => file.path.endsWith('bin/linked'))"))
    assert browser.run("return files.find(file => file.path.endsWith('bin/own')).allocator") == "user"
    for scheme in ("light", "dark"):
        browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        wait_for(scheme, lambda: browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark"))
        seen, bad = browser.run(CONTRAST)
        assert seen > 60 and not bad, (scheme, seen, bad)
        if pictures:
            browser.run("document.activeElement.blur(); find('tip').hidden = true; scrollTo(0, 0)")
            time.sleep(0.5)
            browser.picture(f"{pictures}/audit-{scheme}.png")
    said = [entry for entry in browser.log("browser") if entry["level"] != "DEBUG"]
    assert not said, said
    sent = [json.loads(entry["message"])["message"]["params"] for entry in browser.log("performance")
            if '"Network.requestWillBeSent"' in entry["message"]]
    # What Chromium's own first tab asks for is not the page's affair.
    requested = {each["request"]["url"].split("#")[0] for each in sent if not each["documentURL"].startswith("chrome:")}
    requested = {address for address in requested if not address.startswith("data:")}
    assert requested == {url}, requested


def check_large(browser, command, folder):
    """Ten thousand files: shown, filtered and sorted in a document as small as for forty, which is what keeps it fluid."""
    tree = folder + "/large"
    for number in range(10000):
        place = f"{tree}/part{number % 40}/sub{number % 7}"
        if number < 280:
            os.makedirs(place, exist_ok=True)
        exports = ("malloc", "free", "calloc", "realloc", "mallctlnametomib") if number % 50 == 0 else ()
        elf_file(f"{place}/lib{number}.so", 4096 + number * 13 % 60000, ["libc.so.6"], exports)
    audit(command, folder + "/large.html", tree)
    browser.call("POST", "/url", {"url": f"file://{folder}/large.html"})
    assert browser.run("return state.shown.length") == 10000
    assert browser.run("return files.filter(file => file.allocator === 'jemalloc').length") == 200
    times, sizes = zip(*browser.run("""
      const measure = work => {
        const begin = performance.now();
        work();
        return [performance.now() - begin, document.querySelectorAll('*').length];
      };
      return [measure(filter), measure(() => choose(5000)),
              measure(() => { find('table').scrollTop = 150000; find('table').dispatchEvent(new Event('scroll')); }),
              measure(() => { state.query = 'part7/'; filter(); })]"""))
    print("10,000 files, ms: filter %.0f, choose %.0f, scroll %.0f, search %.0f" % tuple(times))
    assert max(sizes) < 1500, sizes
    assert browser.run("return state.shown.length") == 250
    browser.run("state.query = ''; filter(); dispatchEvent(new Event('beforeprint'))")
    assert browser.run("return find('grid').tBodies[0].lastChild.textContent").startswith("… and 5000 more")
    browser.run("dispatchEvent(new Event('afterprint'))")


def check_unreadable(browser, command, folder):
    """What could not be read has its name on the page, whatever that is; ten thousand of them cost one element."""
    tree = folder + "/unreadable"
    os.makedirs(tree)
    names = ["<img src=x onerror=document.title='run'>", "</pre><script>document.title='run'</script>", "two\nlines", "back\u202ewards"]
    for name in names + [str(number) for number in range(10000 - len(names))]:
        with open(f"{tree}/{name.replace('/', ':')}", "wb") as file:
            file.write(b"\x7fELF\2\1\1" + bytes(9))
    audit(command, folder + "/unreadable.html", tree, unreadable=10000)
    browser.call("POST", "/url", {"url": f"file://{folder}/unreadable.html"})
    assert browser.run("return document.title") == "Who allocates"
    assert "10,000 unreadable" in browser.run("return find('summary').textContent")
    lines = browser.run("return find('unread').textContent").split("\n")
    assert len(lines) == 10000, len(lines)
    for name in ("<img src=x onerror=document.title='run'>", "<:pre><script>document.title='run'<:script>", "two?lines", "back?wards", "77"):
        assert any(line.startswith(f"{tree}/{name}: ") for line in lines), name
    assert browser.run("return document.querySelectorAll('*').length") < 1500
    assert browser.run("const box = find('unread'); return [box.clientHeight < 300, box.scrollHeight > 100000]") == [True, True]
    took = browser.run("""
      const box = find('unread'), begin = performance.now();
      for (let turn = 0; turn < 20; ++turn) { box.scrollTop = turn * 9000; box.getBoundingClientRect(); filter(); }
      return (performance.now() - begin) / 20""")
    print("10,000 unreadable, ms: scroll %.1f" % took)
    assert took < 100, took
    for scheme in ("light", "dark"):
        browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        wait_for(scheme, lambda: browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark"))
        assert not browser.run(CONTRAST)[1]
    assert not [entry for entry in browser.log("browser") if entry["level"] != "DEBUG"]


if __name__ == "__main__":
    for tool in ("chromium", "chromedriver"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            sys.exit(77)
    main(*sys.argv[1:])
