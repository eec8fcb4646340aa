/**
 * Tomcat on a listener that other processes share, and how it drains without losing a
 * request.
 */
@NullMarked
package io.pmboot.web.tomcat;

import org.jspecify.annotations.NullMarked;
