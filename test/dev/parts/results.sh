# SPDX-License-Identifier: Apache-2.0
# The last lines of `./dev test`.

# Counts Meson's results: a line for each suite, and the totals last. $1 is testlog.json.
# One JSON object stands on a line; inside its strings quotes are escaped, so `"result": "` is never test output.
print_results() {
  local allowed=$top/test/allowed-skips.txt
  [[ -f $allowed ]] || allowed=/dev/null
  awk -v strict="${CI:-}" -v timings="${1%/*}/timings.txt" '
    function value(key) {
      if (!match($0, "\"" key "\": \"?[^\",}]*")) return ""
      return substr($0, RSTART + length(key) + 4 + (substr($0, RSTART + length(key) + 4, 1) == "\""),
                    RLENGTH - length(key) - 4 - (substr($0, RSTART + length(key) + 4, 1) == "\""))
    }
    FILENAME != log_file { if ($0 !~ /^#/ && NF) allowed[$1] = 1; next }
    {
      name = value("name"); result = value("result")
      suite = test = name
      if (match(name, / - [^ :]*:/)) {    # Meson 1.12: `unit - cxx-alloc:linker-options`
        suite = substr(name, 1, RSTART - 1); test = substr(name, RSTART + RLENGTH)
      } else {
        if (!sub(/ \/ .*/, "", suite)) suite = ""
        sub(/^.* \/ /, "", test); sub(/^[^:]*:?/, "", suite)
      }
      if (suite == "") suite = "other"
      if (result == "SKIP" && strict != "" && !(test in allowed)) {
        print "dev: skipped, and not listed in test/allowed-skips.txt: " test
        result = "FAIL"
      }
      kind = result == "OK" || result == "EXPECTEDFAIL" ? "passed" : result == "SKIP" ? "skipped" : "failed"
      count[suite, kind]++; total[kind]++; seconds[suite] += value("duration"); suites[suite] = 1
      printf "%8.2f %-8s %s\n", value("duration"), result, name | ("sort -rn >\"" timings "\"")
    }
    function line(passed, failed, skipped) {
      return (passed + 0) " passed, " (failed + 0) " failed" (skipped ? ", " skipped " skipped" : "")
    }
    END {
      for (suite in suites) {
        printf "%-14s %6.1f s  %s\n", suite, seconds[suite],
               line(count[suite, "passed"], count[suite, "failed"], count[suite, "skipped"]) | "sort"
      }
      close("sort")
      print line(total["passed"], total["failed"], total["skipped"])
      exit total["failed"] > 0 || total["passed"] + 0 == 0
    }' log_file="$1" "$allowed" "$1"
}

