package io.pmboot.process;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Signals that this JVM receives. A handler stays for the life of the JVM; another for
 * the same signal replaces it.
 */
public class Signals {

	private static final String SIGNAL = "sun.misc.Signal";

	private static final String HANDLER = "sun.misc.SignalHandler";

	private static final Log logger = LogFactory.getLog(Signals.class);

	/**
	 * Runs an action whenever a signal arrives, instead of what the JVM would do. Has no
	 * effect where the JVM was started with the signal ignored, as nohup does with HUP.
	 * @param name the signal's name without SIG
	 * @param action runs on a thread of its own for each signal, so that it may block; an
	 * exception is logged
	 * @return what handled it before, for {@link #restore}
	 * @throws IllegalArgumentException where this system has no such signal, or the JVM
	 * keeps it for itself
	 */
	public Object handle(String name, Runnable action) {
		return register(name, () -> {
			try {
				action.run();
			}
			catch (RuntimeException ex) {
				logger.error("SIG%s was received but could not be handled".formatted(name), ex);
			}
		});
	}

	/**
	 * Does nothing when a signal arrives. Processes that this JVM starts do not inherit
	 * that.
	 * @param name the signal's name without SIG
	 * @throws IllegalArgumentException where this system has no such signal, or the JVM
	 * keeps it for itself
	 */
	public void ignore(String name) {
		// Not SIG_IGN, which would survive exec in whatever this process starts.
		register(name, () -> {
		});
	}

	/**
	 * Whether this JVM was started with {@code -Xrs}: it then receives no signal, or ends
	 * without running its shutdown hooks.
	 * @return whether the use of signals is reduced
	 */
	public boolean reduced() {
		return reduced(ManagementFactory.getRuntimeMXBean().getInputArguments());
	}

	static boolean reduced(List<String> jvmArguments) {
		return jvmArguments.contains("-Xrs") || jvmArguments.contains("-XX:+ReduceSignalUsage");
	}

	/**
	 * Lets a signal do again what it did.
	 * @param name the signal's name without SIG
	 * @param before what {@link #handle} returned
	 */
	void restore(String name, Object before) {
		install(name, before);
	}

	private Object register(String name, Runnable action) {
		try {
			MethodHandle run = MethodHandles.publicLookup()
				.findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
				.bindTo(action);
			return install(name, MethodHandleProxies.asInterfaceInstance(Class.forName(HANDLER),
					MethodHandles.dropArguments(run, 0, Class.forName(SIGNAL))));
		}
		catch (ReflectiveOperationException ex) {
			throw unavailable(ex);
		}
	}

	// By reflection, because the compiler warns of sun.misc in a way that nothing
	// silences.
	private static Object install(String name, Object handler) {
		try {
			Class<?> type = Class.forName(SIGNAL);
			Object signal = type.getConstructor(String.class).newInstance(name);
			return type.getMethod("handle", type, Class.forName(HANDLER)).invoke(null, signal, handler);
		}
		catch (InvocationTargetException ex) {
			throw new IllegalArgumentException("SIG%s cannot be handled by a JVM on %s: %s".formatted(name,
					System.getProperty("os.name"), ex.getTargetException().getMessage()), ex.getTargetException());
		}
		catch (ReflectiveOperationException ex) {
			throw unavailable(ex);
		}
	}

	private static IllegalStateException unavailable(ReflectiveOperationException ex) {
		return new IllegalStateException(
				"Signals cannot be handled: this Java runtime (%s) has no sun.misc.Signal. Add the module jdk.unsupported to it"
					.formatted(System.getProperty("java.home")),
				ex);
	}

}
