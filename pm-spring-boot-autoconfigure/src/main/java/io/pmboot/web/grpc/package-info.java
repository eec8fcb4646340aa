/**
 * gRPC's server on Netty on shared listeners, and how it drains.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.grpc;
