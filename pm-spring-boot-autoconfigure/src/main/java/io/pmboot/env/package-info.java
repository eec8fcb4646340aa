/**
 * What has to be known before a context exists: the role of this JVM, its early defaults,
 * and the small context of a master.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.env;

import org.jspecify.annotations.NullMarked;
