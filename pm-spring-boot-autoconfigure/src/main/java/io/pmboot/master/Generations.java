package io.pmboot.master;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.pmboot.StartFailedException;
import io.pmboot.control.Frame;
import io.pmboot.process.GenerationCopies;
import io.pmboot.settings.MessageSettings;
import org.jspecify.annotations.Nullable;

/**
 * The generations of a group: which one serves, which one it could go back to, and which
 * of them have a copy of the application.
 */
final class Generations {

	private final String group;

	private final GenerationCopies copies;

	private final GroupListeners listeners;

	private final MessageSettings messages;

	private final Map<Integer, GroupSettings> settings = new HashMap<>();

	private final Set<Integer> copied = new HashSet<>();

	private int current = 1;

	private int last = 1;

	private @Nullable Integer previous;

	private final RecentAnswers recentAnswers;

	/** What was kept when that was last looked at; none where there are more since. */
	private Set<Integer> kept = Set.of(1);

	Generations(GroupSettings settings, Seams seams, MessageSettings messages, boolean firstCopied) {
		this.group = settings.name();
		this.copies = seams.copies();
		this.listeners = seams.listeners();
		this.messages = messages;
		this.recentAnswers = new RecentAnswers(seams.loop());
		this.settings.put(this.current, settings);
		copied(1, firstCopied);
	}

	/**
	 * Copies the application for the first generation of each group, and waits for it.
	 * @param groups the groups
	 * @param copies makes the copies
	 * @return the groups that have a copy of their own
	 * @throws StartFailedException for the first that cannot have one
	 */
	static Set<String> copyFirst(List<GroupSettings> groups, GenerationCopies copies) {
		Map<GroupSettings, CompletableFuture<Boolean>> begun = new LinkedHashMap<>();
		groups.forEach((group) -> begun.put(group, copies.copy(group.name(), GroupListeners.FIRST, group.program())));
		Set<String> copied = new HashSet<>();
		begun.forEach((group, copy) -> {
			if (await(group, copy)) {
				copied.add(group.name());
			}
		});
		return copied;
	}

	private static boolean await(GroupSettings group, CompletableFuture<Boolean> copy) {
		Duration limit = group.startTimeout();
		try {
			return copy.get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw notCopied(group, (ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw notCopied(group, new IOException(
					"to copy the application took longer than %s (pm.groups.%s.start-timeout): does its file answer?"
						.formatted(Text.of(limit), group.name())));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw notCopied(group, ex);
		}
	}

	private static StartFailedException notCopied(GroupSettings group, Throwable cause) {
		return new StartFailedException("Group '%s' cannot be started: %s".formatted(group.name(), cause.getMessage()),
				"Master and workers run from copies of the application in the run directory, so that a deployment does not disturb them: "
						+ "put a complete archive in place, or set pm.master.run-directory to a directory with room for a few copies of it.",
				cause);
	}

	/**
	 * The generation that serves: the last good one.
	 * @return its number
	 */
	int current() {
		return this.current;
	}

	/**
	 * A generation that never was. Until more is known of it, it is to be as the current
	 * one.
	 * @return its number
	 */
	int next() {
		this.last++;
		this.settings.put(this.last, settings());
		this.listeners.inherit(this.group, this.current, this.last);
		return this.last;
	}

	/**
	 * What the group is to be: what the generation says that serves.
	 * @return its settings
	 */
	GroupSettings settings() {
		return settings(this.current);
	}

	/**
	 * What the workers of a generation are to be.
	 * @param generation one that is in use
	 * @return its settings
	 */
	GroupSettings settings(int generation) {
		return Objects.requireNonNull(this.settings.get(generation));
	}

	/**
	 * What a worker is told first, and again once it has told its configuration.
	 * @param worker the worker
	 * @param masterProfiles the profiles of the master, where it is asked for that
	 * @return the message
	 */
	Frame.Welcome welcome(WorkerHandle worker, List<String> masterProfiles) {
		int generation = worker.generation();
		GroupSettings settings = settings(generation);
		return new Frame.Welcome(Frame.VERSION, this.group, worker.index(), generation,
				this.listeners.addresses(this.group, generation), settings.terminateTimeout(), settings.children(),
				settings.heartbeatInterval(), (int) this.messages.maxPayload().toBytes(), masterProfiles);
	}

	/**
	 * Says why a reload cannot lead to other settings.
	 * @param settings the settings
	 * @return why, or {@code null} where it can
	 */
	@Nullable String problem(GroupSettings settings) {
		String property = null;
		if (!Objects.equals(settings.program().application(), settings().program().application())) {
			property = "application";
		}
		else if (!settings.properties().unixSocket().equals(settings().properties().unixSocket()) && settings.listen()
			.stream()
			.anyMatch((address) -> address.path() != null && settings().listen().contains(address))) {
			property = "unix-socket (of a socket that stays)";
		}
		return (property != null) ? ("pm.groups.%s.%s is not what this master runs, and a reload does not change it: "
				+ "leave it as it was, or start the master again")
			.formatted(this.group, property) : null;
	}

	/**
	 * How long a worker may take in a stop.
	 * @return the longest time of any generation that is in use
	 */
	Duration terminateTimeout() {
		return this.settings.values()
			.stream()
			.map(GroupSettings::terminateTimeout)
			.max(Comparator.naturalOrder())
			.orElseThrow();
	}

	void configured(int generation, GroupSettings settings) {
		this.settings.put(generation, settings);
	}

	/**
	 * The one that served before the current one.
	 * @return its number, or {@code null} where there is none to go back to
	 */
	@Nullable Integer previous() {
		return this.previous;
	}

	/**
	 * What those that serve have answered lately.
	 * @return the answers
	 */
	RecentAnswers recentAnswers() {
		return this.recentAnswers;
	}

	CompletableFuture<Boolean> copy(int generation) {
		this.kept = Set.of();
		return this.copies.copy(this.group, generation, settings(generation).program());
	}

	void copied(int generation, boolean copied) {
		if (copied) {
			this.copied.add(generation);
		}
	}

	/**
	 * What there is to say of a copy that was made.
	 * @param generation its generation
	 * @return that it runs in place, or that nothing changed; {@code null} where there is
	 * nothing to say
	 */
	@Nullable String remark(int generation) {
		if (!isCopied(generation)) {
			return "runs in place";
		}
		return this.copies.same(this.group, generation, this.current)
				? "the file of the application has the same content as in generation " + this.current : null;
	}

	boolean isCopied(int generation) {
		return this.copied.contains(generation);
	}

	/**
	 * All slots have been replaced.
	 * @param generation by workers of which generation
	 */
	void completed(int generation) {
		this.previous = (generation > this.current) ? this.current : null;
		this.current = generation;
	}

	/**
	 * Removes the copies and closes the listeners that nobody uses any more.
	 * @param used the generations that are in use, besides those that are always kept
	 */
	void keep(Set<Integer> used) {
		Set<Integer> keep = new HashSet<>(used);
		keep.add(this.current);
		this.listeners.keep(this.group, keep);
		if (this.previous != null) {
			keep.add(this.previous);
		}
		this.settings.keySet().retainAll(keep);
		if (!keep.equals(this.kept)) {
			this.kept = Set.copyOf(keep);
			this.copied.retainAll(keep);
			this.copies.keep(this.group, this.kept);
		}
	}

	/** A copy was finished that nobody waited for any more: it is to be removed. */
	void superfluous() {
		this.kept = Set.of();
	}

}
