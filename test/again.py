# SPDX-License-Identifier: Apache-2.0
"""Tests of Meson's, run again with another driver: test/allocators/run, test/lto/run.

What does not apply stands in a file, a line each, with * and ? as in file names:

    VARIANT SUITE/TEST REASON

Where the reason begins with "of ", the test looks at something else, and is not run. A test that fails without a reason is a
failure, and so is a reason that is not needed.
"""
import concurrent.futures
import fnmatch
import json
import os
import subprocess
import sys


def meson_tests(build, suites):
    """(suite, name) to Meson's description."""
    text = subprocess.run(['meson', 'introspect', '--tests', build], capture_output=True, text=True, check=True).stdout
    tests = {}
    for test in json.loads(text):
        suite = test['suite'][0].split(':')[-1]
        if suite in suites:
            tests[suite, test['name']] = test
    return tests


class Reasons:
    def __init__(self, file):
        self.rows = []
        for line in file.read_text().splitlines():
            if line and not line.startswith('#'):
                variant, test, reason = line.split(maxsplit=2)
                self.rows.append((variant, *test.split('/', 1), reason))

    def find(self, variant, key):
        for wanted, suite, pattern, reason in self.rows:
            if fnmatch.fnmatchcase(variant, wanted) and suite == key[0] and fnmatch.fnmatchcase(key[1], pattern):
                return reason
        return None

    def looks_at_another(self, variant, key):
        reason = self.find(variant, key)
        return reason is not None and reason.startswith('of ')


def run(test, environment):
    """Exit status, and the end of what it said."""
    try:
        done = subprocess.run(test['cmd'], env={**os.environ, **test['env'], **environment}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', timeout=2 * test['timeout'])
    except subprocess.TimeoutExpired:
        return 'timeout', ''
    return done.returncode, '\n'.join(done.stdout.splitlines()[-4:])


class Verdicts:
    def __init__(self, reasons):
        self.reasons = reasons
        self.results = {}    # (key, variant): exit status
        self.wrong = []

    def run(self, tests, environments):
        """Runs each test once for each variant, with the environment of that one."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = {pool.submit(run, test, environment): (key, variant) for key, test in tests.items()
                    for variant, environment in environments.items() if not self.reasons.looks_at_another(variant, key)}
            for job in concurrent.futures.as_completed(jobs):
                self.judge(*jobs[job], *job.result())

    def judge(self, key, variant, status, said):
        self.results[key, variant] = status
        reason = self.reasons.find(variant, key)
        holds = status in (0, 77)
        print(f'{"ok" if holds else "not ok"} {variant} {"/".join(key)}', flush=True)
        if not holds and reason is None:
            self.wrong.append(f'{variant} {"/".join(key)}: exit status {status}\n{said}')
        if status == 0 and reason is not None:
            self.wrong.append(f'{variant} {"/".join(key)}: holds, although reasons.txt says: {reason}')

    def finish(self):
        print('\n'.join(self.wrong))
        print(f'{len(self.results) - len(self.wrong)} passed, {len(self.wrong)} failed')
        if self.wrong:
            sys.exit(1)
