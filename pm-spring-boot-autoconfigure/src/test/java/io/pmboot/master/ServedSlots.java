package io.pmboot.master;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.pmboot.DrainReason;
import io.pmboot.GroupInfo;
import io.pmboot.control.Frame;
import io.pmboot.settings.GroupProperties.Reload.Order;

/**
 * Recycling, and restarts by hand, leave as many workers serving as there were: after
 * each step of a simulation, a slot that nobody serves was not left for one of them.
 */
final class ServedSlots {

	private final FakeWorld world;

	private final List<String> groups;

	/** Who served a slot last. */
	private final Map<String, FakeWorker> last = new HashMap<>();

	ServedSlots(FakeWorld world, List<GroupSettings> groups) {
		this.world = world;
		// One at a time of the others has no successor that serves already.
		this.groups = groups.stream()
			.filter((group) -> group.reload().order() == Order.START_FIRST)
			.map(GroupSettings::name)
			.toList();
	}

	void check() {
		for (String name : this.groups) {
			GroupInfo group = this.world.info(name);
			for (int index = 0; index < group.children(); index++) {
				check(name, index);
			}
		}
	}

	private void check(String group, int index) {
		Optional<FakeWorker> serving = this.world.workers.stream()
			.filter((worker) -> worker.serving() && worker.launch.index() == index
					&& worker.launch.group().equals(group))
			.max(Comparator.comparingLong(FakeWorker::pid));
		String slot = group + "-" + index;
		if (serving.isPresent()) {
			this.last.put(slot, serving.get());
			return;
		}
		FakeWorker last = this.last.get(slot);
		this.world.check(last == null || !last.alive() || !wasReplaced(last), "was not to go before another served",
				slot + ", last served by " + last);
	}

	private static boolean wasReplaced(FakeWorker worker) {
		return worker.received.stream()
			.filter(Frame.Drain.class::isInstance)
			.map(Frame.Drain.class::cast)
			.findFirst()
			.filter((drain) -> drain.reason() == DrainReason.REPLACED
					|| (drain.reason() == DrainReason.RESTART && !worker.isUnfit()))
			.isPresent();
	}

}
