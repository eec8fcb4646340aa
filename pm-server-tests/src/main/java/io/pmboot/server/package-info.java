/**
 * One application for each web server: what every kind of client asks for.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.server;
