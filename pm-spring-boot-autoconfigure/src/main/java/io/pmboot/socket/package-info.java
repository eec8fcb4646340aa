/**
 * Listening sockets that several processes share: bound once, by this process or by
 * systemd, passed on, adopted. And the socket on which systemd is told how things are.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.socket;

import org.jspecify.annotations.NullMarked;
