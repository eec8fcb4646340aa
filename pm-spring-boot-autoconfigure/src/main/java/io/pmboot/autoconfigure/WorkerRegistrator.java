package io.pmboot.autoconfigure;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import de.codecentric.boot.admin.client.config.ClientProperties;
import de.codecentric.boot.admin.client.registration.DefaultApplicationRegistrator;
import de.codecentric.boot.admin.client.registration.RegistrationClient;
import io.pmboot.DrainReason;
import org.jspecify.annotations.Nullable;

/**
 * Registers a worker at Spring Boot Admin while it serves. Predecessor and successor are
 * one instance there, whose slot they have in turn: who has not served, or drains, leaves
 * it alone, and takes it away only where nobody follows.
 */
final class WorkerRegistrator extends DefaultApplicationRegistrator {

	private static final Set<DrainReason> FOLLOWED = EnumSet.of(DrainReason.RELOAD, DrainReason.HANDOVER,
			DrainReason.REPLACED, DrainReason.RESTART, DrainReason.DISCONNECTED, DrainReason.CONTEXT_CLOSED);

	/** What a worker without checks needs from its start to its first connection. */
	private static final int SOON_MILLIS = 500;

	private final CompletableFuture<Void> activated;

	private final Supplier<@Nullable DrainReason> draining;

	WorkerRegistrator(WorkerInstance instance, RegistrationClient registrations, ClientProperties client,
			CompletableFuture<Void> activated, Supplier<@Nullable DrainReason> draining) {
		super(instance, registrations, client.getAdminUrl(), client.isRegisterOnce());
		this.activated = activated;
		this.draining = draining;
	}

	// Called at an interval, first when the application is ready.
	@Override
	public boolean register() {
		return isServingSoon() && this.draining.get() == null && super.register();
	}

	private boolean isServingSoon() {
		try {
			this.activated.get(SOON_MILLIS, TimeUnit.MILLISECONDS);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

	@Override
	public void deregister() {
		DrainReason reason = this.draining.get();
		if (this.activated.isDone() && (reason == null || !FOLLOWED.contains(reason))) {
			super.deregister();
		}
	}

}
