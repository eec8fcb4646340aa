package io.pmboot.autoconfigure;

import java.util.EnumSet;
import java.util.Set;

import de.codecentric.boot.admin.client.config.ClientProperties;
import de.codecentric.boot.admin.client.registration.DefaultApplicationRegistrator;
import de.codecentric.boot.admin.client.registration.RegistrationClient;
import io.pmboot.DrainReason;
import io.pmboot.event.WorkerDrainingEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * Registers a worker at Spring Boot Admin. Predecessor and successor are one instance
 * there, whose slot they have in turn: who drains leaves it alone, and takes it away only
 * where nobody follows.
 */
final class WorkerRegistrator extends DefaultApplicationRegistrator {

	private static final Set<DrainReason> FOLLOWED = EnumSet.of(DrainReason.RELOAD, DrainReason.HANDOVER,
			DrainReason.REPLACED, DrainReason.RESTART, DrainReason.DISCONNECTED, DrainReason.CONTEXT_CLOSED);

	private static final Log logger = LogFactory.getLog(WorkerRegistrator.class);

	private final WorkerInstance instance;

	private volatile @Nullable DrainReason draining;

	private boolean told;

	WorkerRegistrator(WorkerInstance instance, RegistrationClient registrations, ClientProperties client) {
		super(instance, registrations, client.getAdminUrl(), client.isRegisterOnce());
		this.instance = instance;
	}

	@Override
	public boolean register() {
		if (this.draining != null) {
			return false;
		}
		if (!this.instance.isReachable()) {
			if (!this.told) {
				this.told = true;
				logger.warn(
						"This worker is not registered at Spring Boot Admin, which would ask the master for its Actuator: the master has no port (pm.master.port=-1), or does not expose the endpoint pm.");
			}
			return false;
		}
		return super.register();
	}

	@Override
	public void deregister() {
		DrainReason reason = this.draining;
		if (reason == null || !FOLLOWED.contains(reason)) {
			super.deregister();
		}
	}

	@EventListener
	void onDraining(WorkerDrainingEvent event) {
		this.draining = event.reason();
	}

}
