package io.pmboot.autoconfigure;

import java.util.Set;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.CacheManager;

/**
 * Warns, once at the start of a worker that is one of several, of caches in its memory:
 * what one worker changes or evicts there, the others keep.
 *
 * @param beans the worker's beans
 * @param group the worker's group
 * @param children how many workers that has
 * @param findings where it is told
 */
record LocalCacheWarning(ConfigurableListableBeanFactory beans, String group, int children,
		Findings findings) implements SmartInitializingSingleton {

	/** By name, because an application may be without the second. */
	private static final Set<String> LOCAL = Set.of("org.springframework.cache.concurrent.ConcurrentMapCacheManager",
			"org.springframework.cache.caffeine.CaffeineCacheManager");

	@Override
	public void afterSingletonsInstantiated() {
		if (this.children <= 1) {
			return;
		}
		for (String name : this.beans.getBeanNamesForType(CacheManager.class, true, false)) {
			Object manager = this.beans.getSingleton(name);
			if (manager != null && LOCAL.contains(manager.getClass().getName())) {
				this.findings.found("local-cache",
						("Group '%s' has %d workers, and the caches of bean '%s' are in the memory of each: "
								+ "what one of them changes or evicts, the others keep. "
								+ "Use a cache that they share (spring.cache.type=redis, for instance), entries that expire soon, or messages by which workers evict.")
							.formatted(this.group, this.children, name));
			}
		}
	}

}
