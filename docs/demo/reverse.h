/* SPDX-License-Identifier: Apache-2.0 */
/* What the plug-in libreverse.so offers; found with dlsym. */
#pragma once

/* The text backwards, allocated with malloc by the plug-in. The host frees it. */
typedef char *reverse_function(const char *text);

/* Who serves malloc, asked from inside the plug-in (see malloc_owner.h). */
typedef const char *reverse_malloc_owner_function(void);
