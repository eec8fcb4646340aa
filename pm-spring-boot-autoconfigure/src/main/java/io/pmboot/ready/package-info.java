/**
 * What has to be so before a worker is READY: its health, and that it is warm.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.ready;

import org.jspecify.annotations.NullMarked;
