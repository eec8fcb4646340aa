package io.pmboot.master;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import io.pmboot.Master;
import io.pmboot.ReloadInfo;

/**
 * The last reloads of all groups. One that is under way is never forgotten.
 */
final class ReloadHistory {

	private final Deque<ReloadLog> newestFirst = new ArrayDeque<>();

	void add(ReloadLog log) {
		this.newestFirst.addFirst(log);
		Iterator<ReloadLog> oldestFirst = this.newestFirst.descendingIterator();
		while (this.newestFirst.size() > Master.REMEMBERED_RELOADS && oldestFirst.hasNext()) {
			if (oldestFirst.next().hasEnded()) {
				oldestFirst.remove();
			}
		}
	}

	List<ReloadInfo> infos() {
		return this.newestFirst.stream().map(ReloadLog::info).limit(Master.REMEMBERED_RELOADS).toList();
	}

}
