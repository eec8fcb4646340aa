/**
 * What applications see of pm for Spring Boot: the master and the worker as beans, and
 * what they tell of groups, workers and reloads.
 */
@NullMarked
package io.pmboot;

import org.jspecify.annotations.NullMarked;
