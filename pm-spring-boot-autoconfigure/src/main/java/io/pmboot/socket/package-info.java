/**
 * Listening sockets that several processes share: bound once, passed on, adopted.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.socket;

import org.jspecify.annotations.NullMarked;
