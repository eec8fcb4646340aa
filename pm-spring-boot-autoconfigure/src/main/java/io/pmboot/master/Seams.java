package io.pmboot.master;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.pmboot.loop.EventLoop;
import io.pmboot.process.GenerationCopies;
import io.pmboot.process.ProcessLauncher;

/**
 * What the master's state touches of the world outside it.
 *
 * @param loop the thread and the clock
 * @param launcher forks workers
 * @param copies keeps copies of the application
 * @param events publishes what happened, without blocking
 * @param listeners the listeners of the groups
 * @param configurations makes settings of what a new version says
 * @param random keeps workers from doing something at the same time
 */
record Seams(EventLoop loop, ProcessLauncher launcher, GenerationCopies copies, Consumer<Object> events,
		GroupListeners listeners, GroupConfigurations configurations, RandomGenerator random) {
}
