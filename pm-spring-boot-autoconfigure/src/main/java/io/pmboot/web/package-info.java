/**
 * What web servers on shared listeners have in common: how they are put on them, and how
 * their event streams end.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.web;

import org.jspecify.annotations.NullMarked;
