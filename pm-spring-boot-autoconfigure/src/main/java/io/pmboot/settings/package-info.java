/**
 * What users configure of a group, as it is bound: the values that master and workers
 * read.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.settings;

import org.jspecify.annotations.NullMarked;
