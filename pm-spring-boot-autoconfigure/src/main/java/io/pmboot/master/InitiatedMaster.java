package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.DeliveryOutcome;
import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOptions;
import org.jspecify.annotations.Nullable;

/**
 * The master for those who ask it on behalf of somebody else, as the endpoint does:
 * applications see the {@link Master} alone, which takes what they ask for as asked by
 * code.
 */
public interface InitiatedMaster extends Master {

	List<PendingReload> reload(Initiator initiator, ReloadOptions options);

	PendingReload reload(String group, Initiator initiator, ReloadOptions options);

	PendingReload rollback(String group, Initiator initiator);

	/**
	 * The Actuators of a group's workers, by index; of two in one slot the one first that
	 * has it.
	 * @param group the group's name
	 * @return one for each living worker
	 * @throws io.pmboot.UnknownGroupException where there is no such group
	 */
	List<WorkerActuator> actuators(String group);

	/**
	 * How many connections wait at a listener until a worker accepts them.
	 * @param group the group's name
	 * @param address one of its {@linkplain io.pmboot.GroupInfo#listen() addresses}
	 * @return how many, or {@code null} where that is not known
	 */
	@Nullable Integer waiting(String group, String address);

	/**
	 * How many messages had an outcome, counted once for each receiver.
	 * @param outcome the outcome
	 * @return the number since the start
	 */
	long messages(DeliveryOutcome outcome);

	/**
	 * How many lines of output were lost, because nobody took them.
	 * @return the number since the start
	 */
	long outputLost();

	/**
	 * How long the event loop takes now to come to something new.
	 * @return the time
	 */
	Duration eventLoopLag();

	@Override
	default List<PendingReload> reload() {
		return reload(Initiator.CODE, ReloadOptions.NONE);
	}

	@Override
	default PendingReload reload(String group) {
		return reload(group, ReloadOptions.NONE);
	}

	@Override
	default PendingReload reload(String group, ReloadOptions options) {
		return reload(group, Initiator.CODE, options);
	}

	@Override
	default PendingReload rollback(String group) {
		return rollback(group, Initiator.CODE);
	}

}
