/**
 * Messages of the application at both of their ends: payloads, deliveries that are
 * awaited, and the thread that handles what arrives. Master and worker have each one
 * {@link io.pmboot.message.Outbox} and one {@link io.pmboot.message.Inbox}.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.message;

import org.jspecify.annotations.NullMarked;
