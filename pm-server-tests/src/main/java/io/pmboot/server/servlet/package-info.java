/**
 * On the servlet stack.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.server.servlet;
