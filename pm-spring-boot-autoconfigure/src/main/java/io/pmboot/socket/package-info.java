/**
 * Listening sockets that several processes share: bound once, passed on, adopted.
 */
@NullMarked
package io.pmboot.socket;

import org.jspecify.annotations.NullMarked;
