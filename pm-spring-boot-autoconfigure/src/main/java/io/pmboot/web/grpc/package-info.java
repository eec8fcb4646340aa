/**
 * gRPC's server on Netty on shared listeners, and how it drains.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.grpc;
