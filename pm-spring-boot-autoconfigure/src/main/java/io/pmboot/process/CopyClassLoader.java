package io.pmboot.process;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads the application from a copy. Its parent is what is there in every JVM, agents
 * included; of the original jar, that has nothing but Boot's loader.
 */
final class CopyClassLoader extends URLClassLoader {

	static final String BOOT_LOADER = "org.springframework.boot.loader.";

	CopyClassLoader(String name, URL jar) {
		super(name, new URL[] { jar }, ClassLoader.getSystemClassLoader());
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		return name.startsWith(BOOT_LOADER) ? loadFirst(name) : super.loadClass(name, resolve);
	}

	// Boot's loader opens the jar that it is from; an extracted copy has none.
	private Class<?> loadFirst(String name) throws ClassNotFoundException {
		synchronized (getClassLoadingLock(name)) {
			Class<?> loaded = findLoadedClass(name);
			if (loaded != null) {
				return loaded;
			}
			try {
				return findClass(name);
			}
			catch (ClassNotFoundException ex) {
				return super.loadClass(name, false);
			}
		}
	}

}
