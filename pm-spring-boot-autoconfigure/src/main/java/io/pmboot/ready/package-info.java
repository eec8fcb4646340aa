/**
 * What has to be so before a worker is READY: its health, and that it is warm.
 */
@NullMarked
package io.pmboot.ready;

import org.jspecify.annotations.NullMarked;
