// SPDX-License-Identifier: Apache-2.0
#include "run/report.h"

#include "message.h"
#include "run/explain.h"
#include "run/log.h"

namespace cxx_alloc {

void report(const Job &job, const Outcome &outcome, const Environment &environment) {
  if (job.line.verbose) print_line(verbose_line(outcome));
  if (!environment.log.empty()) append_to_log(environment.log, job, outcome);
  if (!outcome.decision.notice.empty()) print_message("warning", outcome.decision.notice);
}

}  // namespace cxx_alloc
