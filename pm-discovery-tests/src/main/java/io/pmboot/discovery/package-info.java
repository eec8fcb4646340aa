/**
 * An application that registers with a service registry.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.discovery;
