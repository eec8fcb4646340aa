/**
 * What web servers on shared listeners have in common: when a worker accepts.
 */
@NullMarked
package io.pmboot.web;

import org.jspecify.annotations.NullMarked;
