/**
 * Properties, auto-configurations and failure analyses.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
