// SPDX-License-Identifier: Apache-2.0
// Takes the allocator out of an archive.
void own_helper(void);
__attribute__((constructor)) static void help(void) { own_helper(); }
