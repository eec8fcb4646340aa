/**
 * The command by which an operator sees and steers a master that runs. It is a
 * short-lived process of its own: no Spring context, no logging, few classes.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.command;

import org.jspecify.annotations.NullMarked;
