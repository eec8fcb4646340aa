/**
 * What has to be known before a context exists: the role of this JVM, its early defaults,
 * and the small context of a master.
 */
@NullMarked
package io.pmboot.env;

import org.jspecify.annotations.NullMarked;
