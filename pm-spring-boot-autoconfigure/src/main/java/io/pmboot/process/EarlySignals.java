package io.pmboot.process;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.util.StringUtils;

/**
 * Signals that come before the master can act on them. They would end this JVM; they are
 * remembered instead.
 * <p>
 * A master that runs from its own copy is loaded twice in this JVM, by two class loaders:
 * what was remembered is kept where both find it.
 */
public final class EarlySignals {

	private static final List<String> NAMES = List.of("HUP", "USR1", "TTIN", "TTOU");

	private static final String REMEMBERED = "io.pmboot.early-signals";

	private static final EarlySignals CURRENT = new EarlySignals(new Signals());

	private final Signals signals;

	private final Map<String, Object> replaced = new HashMap<>();

	private boolean over;

	EarlySignals(Signals signals) {
		this.signals = signals;
	}

	/**
	 * Those of this JVM.
	 * @return always the same object
	 */
	public static EarlySignals current() {
		return CURRENT;
	}

	/**
	 * Whether the arguments, the properties of the JVM or the environment have a profile
	 * {@code master}, so that this JVM is likely to become one.
	 * @param arguments the arguments of main
	 * @return whether they have
	 */
	public static boolean areExpected(List<String> arguments) {
		return Profiles.mentionMaster(arguments, System.getProperties(), System.getenv());
	}

	/** Remembers signals from now on, unless that is over. */
	public synchronized void remember() {
		if (this.over || !this.replaced.isEmpty() || this.signals.reduced()) {
			return;
		}
		for (String name : NAMES) {
			this.replaced.put(name, this.signals.handle(name, () -> add(name)));
		}
	}

	/** Lets signals do again what they did before: this JVM is no master. */
	public synchronized void forget() {
		this.over = true;
		this.replaced.forEach(this.signals::restore);
		this.replaced.clear();
		System.clearProperty(REMEMBERED);
	}

	/**
	 * What has come so far. Somebody else handles these signals by now.
	 * @return the names without SIG, each once, in the order in which they first came
	 */
	public synchronized List<String> take() {
		this.over = true;
		synchronized (System.getProperties()) {
			List<String> names = remembered();
			System.clearProperty(REMEMBERED);
			return names;
		}
	}

	private static List<String> remembered() {
		return List.of(StringUtils.tokenizeToStringArray(System.getProperty(REMEMBERED), " "));
	}

	private static void add(String name) {
		synchronized (System.getProperties()) {
			Set<String> names = new LinkedHashSet<>(remembered());
			names.add(name);
			System.setProperty(REMEMBERED, String.join(" ", names));
		}
	}

}
