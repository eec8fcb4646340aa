package io.pmboot.process;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.stream.Stream;

import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

/**
 * A main method that takes the place of the one that has been started.
 */
final class MasterMain {

	private final ClassLoader loader;

	private final String mainClass;

	private final List<String> arguments;

	private volatile boolean returned;

	MasterMain(ClassLoader loader, String mainClass, List<String> arguments) {
		this.loader = loader;
		this.mainClass = mainClass;
		this.arguments = arguments;
	}

	/**
	 * Runs it, on a thread that is called main too, and does not return: nothing is
	 * thrown through an application's main method that might catch it. The JVM ends with
	 * the last of its other threads, as always.
	 */
	void run() {
		Thread current = Thread.currentThread();
		// Boot looks for the name where it decides on the exit code.
		Thread main = Threads.foreground(current.getName(), this::call);
		main.setContextClassLoader(this.loader);
		current.setName("pm-original-main");
		// So that the classes of the original can go.
		current.setContextClassLoader(this.loader);
		main.start();
		join(main);
		for (Thread other = other(); other != null; other = other()) {
			join(other);
		}
		new JvmExit().exit(this.returned ? 0 : 1);
		join(current);
	}

	private void call() {
		try {
			MethodHandle main = method();
			if (main.type().parameterCount() == 0) {
				main.invoke();
			}
			else {
				main.invoke(this.arguments.toArray(String[]::new));
			}
			this.returned = true;
		}
		catch (Throwable ex) {
			// As the JVM does for what main throws.
			Threads.uncaught(ex);
		}
	}

	private MethodHandle method() throws ReflectiveOperationException {
		Class<?> type = Class.forName(this.mainClass, false, this.loader);
		MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
		try {
			return lookup.findStatic(type, "main", MethodType.methodType(void.class, String[].class));
		}
		catch (NoSuchMethodException ex) {
			return lookup.findStatic(type, "main", MethodType.methodType(void.class));
		}
	}

	// One that keeps the JVM alive.
	private static @Nullable Thread other() {
		return Stream.of(threads())
			.filter((thread) -> thread != null && thread.isAlive() && !thread.isDaemon()
					&& thread != Thread.currentThread())
			.findFirst()
			.orElse(null);
	}

	private static Thread[] threads() {
		ThreadGroup group = Thread.currentThread().getThreadGroup();
		while (group.getParent() != null) {
			group = group.getParent();
		}
		Thread[] threads = new Thread[group.activeCount() + 64];
		group.enumerate(threads);
		return threads;
	}

	private static void join(Thread thread) {
		boolean joined = false;
		while (!joined) {
			try {
				thread.join();
				joined = true;
			}
			catch (InterruptedException ex) {
				// Nobody has a reason to, and there is nothing else to do.
			}
		}
	}

}
