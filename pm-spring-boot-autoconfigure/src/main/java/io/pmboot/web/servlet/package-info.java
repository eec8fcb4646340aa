/**
 * Event streams on the servlet stack, and how a drain ends them.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.servlet;
