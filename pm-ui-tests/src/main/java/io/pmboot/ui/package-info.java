/**
 * An application whose master is looked at in a browser.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.ui;
