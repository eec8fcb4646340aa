package io.pmboot.master;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.Finding;
import io.pmboot.GroupInfo;
import io.pmboot.control.Frame;

/**
 * What workers have found that does not suit several processes. Each tells at its start;
 * what another tells again takes the place of what was told before.
 */
final class Findings {

	private static final int MAX_FINDINGS = 50;

	private static final int MAX_TEXT = 4000;

	/**
	 * By group, generation, and what is said: each worker of a generation says the same.
	 */
	private final Map<String, Map<Integer, Map<String, Told>>> told = new LinkedHashMap<>();

	/**
	 * A worker has found something.
	 * @param worker the worker
	 * @param found what
	 * @param serving the generation of its group that serves
	 */
	void found(WorkerHandle worker, Frame.Found found, int serving) {
		String group = worker.launch.group();
		Map<Integer, Map<String, Told>> generations = this.told.computeIfAbsent(group, (name) -> new LinkedHashMap<>());
		generations.keySet().removeIf((generation) -> generation != serving && generation != worker.generation());
		Map<String, Told> findings = generations.computeIfAbsent(worker.generation(),
				(generation) -> new LinkedHashMap<>());
		if (findings.size() < MAX_FINDINGS || findings.containsKey(found.id())) {
			Told before = findings.get(found.id());
			String text = (before != null && before.pid == worker.pid() && !before.finding.text().equals(found.text()))
					? before.finding.text() + "\n" + found.text() : found.text();
			findings.put(found.id(), new Told(worker.pid(),
					new Finding(found.id(), group, text.substring(0, Math.min(text.length(), MAX_TEXT)))));
		}
	}

	/**
	 * What those have found that serve.
	 * @param groups the groups
	 * @return the findings
	 */
	List<Finding> of(List<GroupInfo> groups) {
		List<Finding> all = new ArrayList<>();
		groups.forEach((group) -> this.told.getOrDefault(group.name(), Map.of())
			.getOrDefault(group.generation(), Map.of())
			.values()
			.forEach((told) -> all.add(told.finding)));
		return all;
	}

	/**
	 * What one worker has told of one id, once or several times.
	 *
	 * @param pid the worker
	 * @param finding what
	 */
	private record Told(long pid, Finding finding) {
	}

}
