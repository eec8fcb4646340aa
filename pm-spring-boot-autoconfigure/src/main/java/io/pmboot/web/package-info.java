/**
 * What web servers on shared listeners have in common: how they are put on them, and how
 * their event streams end.
 */
@NullMarked
package io.pmboot.web;

import org.jspecify.annotations.NullMarked;
