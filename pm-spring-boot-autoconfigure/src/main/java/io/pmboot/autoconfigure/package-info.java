/**
 * Properties, auto-configurations and failure analyses.
 */
@NullMarked
package io.pmboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
