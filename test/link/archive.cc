// SPDX-License-Identifier: Apache-2.0
// The member of an archive that the program of the matrix uses.
#include <string>

std::string *text_of_archive() { return new std::string(300, 'a'); }
