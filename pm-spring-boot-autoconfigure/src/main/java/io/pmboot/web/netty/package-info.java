/**
 * What servers on Netty have in common on shared listeners: a listening channel that the
 * master has bound, and threads that accept for it.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.netty;
