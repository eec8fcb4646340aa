/**
 * What servers on Netty have in common on shared listeners: a listening channel that the
 * master has bound, and threads that accept for it.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.netty;
