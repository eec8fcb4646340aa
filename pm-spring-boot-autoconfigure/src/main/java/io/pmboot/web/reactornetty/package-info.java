/**
 * Reactor Netty on shared listeners, and how it drains.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.reactornetty;
