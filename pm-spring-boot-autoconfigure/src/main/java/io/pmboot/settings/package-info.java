/**
 * What users configure of a group, as it is bound: the values that master and workers
 * read.
 */
@NullMarked
package io.pmboot.settings;

import org.jspecify.annotations.NullMarked;
