package io.pmboot.master;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.pmboot.ReloadStep;
import io.pmboot.control.Message;
import io.pmboot.master.GroupListeners.Binding;
import org.jspecify.annotations.Nullable;

/**
 * What a group is to be in the generation to which a reload leads: asked of the first of
 * its workers that connect, validated, and bound where it listens elsewhere, before these
 * workers go on. Later ones are not asked any more.
 */
final class Reconfiguration {

	private final Generations generations;

	private final Seams seams;

	private final int to;

	private final ReloadLog log;

	private final Consumer<String> onRefused;

	private final Consumer<WorkerHandle> onForkedOtherwise;

	private final Runnable onOver;

	private final List<WorkerHandle> waiting = new ArrayList<>();

	private boolean over;

	/**
	 * Creates it; nothing happens before a worker tells its configuration.
	 * @param generations the generations of the group
	 * @param seams the world
	 * @param log what is told of the reload
	 * @param onRefused receives why the generation cannot be as it says
	 * @param onForkedOtherwise receives each worker that was forked with other profiles,
	 * options, arguments or variables than its generation has
	 * @param onOver runs when it is known what the generation is to be, and it is bound
	 */
	Reconfiguration(Generations generations, Seams seams, ReloadLog log, Consumer<String> onRefused,
			Consumer<WorkerHandle> onForkedOtherwise, Runnable onOver) {
		this.generations = generations;
		this.seams = seams;
		this.to = log.started().toGeneration();
		this.log = log;
		this.onRefused = onRefused;
		this.onForkedOtherwise = onForkedOtherwise;
		this.onOver = onOver;
	}

	/**
	 * A worker of the generation has connected: it is asked, or told what is known.
	 * @param worker the worker
	 */
	void connected(WorkerHandle worker) {
		// The files of another application are not the master's.
		if (this.over || worker.launch().program().application() != null) {
			worker.send(this.generations.welcome(worker, List.of()));
			configured(worker);
			over();
		}
		else {
			worker.send(this.generations.welcome(worker, this.seams.configurations().masterProfiles()));
		}
	}

	void configuration(WorkerHandle worker, Message.Configuration configuration) {
		if (this.over) {
			answer(worker);
			return;
		}
		this.waiting.add(worker);
		if (this.waiting.size() == 1) {
			this.seams.loop()
				.whenComplete(this.seams.configurations().settings(worker.launch().group(), configuration),
						this::validated);
		}
	}

	private void validated(@Nullable GroupSettings settings, @Nullable Throwable failure) {
		if (this.over) {
			return;
		}
		String problem = (settings != null) ? this.generations.problem(settings) : reason(failure);
		if (settings == null || problem != null) {
			refuse(String.valueOf(problem));
			return;
		}
		bind(settings, () -> {
			if (!settings.equals(this.generations.settings(this.to))) {
				this.log.step(ReloadStep.Kind.CONFIGURED, "children %d, listen %s".formatted(settings.children(),
						settings.listen().isEmpty() ? "none" : settings.listen()));
			}
			this.generations.configured(this.to, settings);
			this.waiting.forEach(this::answer);
		});
	}

	/** Binds where the generation listens, as it is known to be by now. */
	void bind() {
		bind(this.generations.settings(this.to), () -> {
		});
	}

	private void bind(GroupSettings settings, Runnable then) {
		this.seams.loop()
			.whenComplete(this.seams.listeners().bind(settings, this.generations.current(), this.to),
					(binding, failure) -> bound(binding, failure, then), Binding::drop);
	}

	private void bound(@Nullable Binding binding, @Nullable Throwable failure, Runnable then) {
		if (binding == null) {
			refuse(reason(failure));
		}
		else if (this.over) {
			binding.drop();
		}
		else {
			binding.keep();
			this.over = true;
			then.run();
			this.onOver.run();
		}
	}

	private static String reason(@Nullable Throwable failure) {
		return (failure == null || failure.getMessage() == null) ? String.valueOf(failure) : failure.getMessage();
	}

	private void refuse(String why) {
		if (!this.over) {
			this.over = true;
			this.log.step(ReloadStep.Kind.FAILED, why);
			this.onRefused.accept(why);
		}
	}

	private void answer(WorkerHandle worker) {
		// The answer lets it go on, so that it goes to those only that may.
		if (configured(worker)) {
			worker.send(this.generations.welcome(worker, List.of()));
		}
	}

	private boolean configured(WorkerHandle worker) {
		GroupSettings settings = this.generations.settings(this.to);
		if (worker.launch().program().equals(settings.program())) {
			worker.configured(settings);
			return true;
		}
		// Not held to the new start-timeout: it is to go in any case.
		this.onForkedOtherwise.accept(worker);
		return false;
	}

	/**
	 * A worker of the generation is ready. Where nobody has said what the generation is
	 * to be, it is what the one before was.
	 */
	void ready() {
		if (this.waiting.isEmpty()) {
			over();
		}
	}

	private void over() {
		if (!this.over) {
			this.over = true;
			this.onOver.run();
		}
	}

	/**
	 * Whether it is known what the generation is to be.
	 * @return whether nothing is asked or bound any more
	 */
	boolean isOver() {
		return this.over;
	}

	/** The reload goes no further: what is under way is undone. */
	void abandon() {
		this.over = true;
	}

}
