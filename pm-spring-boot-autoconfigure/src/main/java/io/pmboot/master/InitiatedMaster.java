package io.pmboot.master;

import java.util.List;

import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOptions;

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
