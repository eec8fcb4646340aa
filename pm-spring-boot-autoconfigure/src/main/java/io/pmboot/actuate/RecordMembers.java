package io.pmboot.actuate;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * What a record holds, as JSON has it: members by name, and a time span in milliseconds.
 * Written without the application's JSON settings, so that the same script works with
 * every application.
 */
final class RecordMembers {

	private static final JsonWriter<Map<String, ?>> WRITER = JsonWriter.standard();

	private RecordMembers() {
	}

	static String json(Map<String, ?> members) {
		return WRITER.writeToString(members);
	}

	/** Without those that are {@code null}. */
	static Map<String, Object> of(Record value) {
		Map<String, Object> members = all(value);
		members.values().removeIf(Objects::isNull);
		return members;
	}

	static Map<String, Object> all(Record value) {
		Map<String, Object> members = new LinkedHashMap<>();
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			Object member = read(component, value);
			if (member instanceof Duration duration) {
				members.put(component.getName() + "Millis", duration.toMillis());
			}
			else {
				members.put(component.getName(), plain(member));
			}
		}
		return members;
	}

	private static @Nullable Object read(RecordComponent component, Record value) {
		try {
			return component.getAccessor().invoke(value);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("%s cannot be read".formatted(component), ex);
		}
	}

	private static @Nullable Object plain(@Nullable Object value) {
		if (value instanceof Record nested) {
			return of(nested);
		}
		if (value instanceof Map<?, ?> named) {
			Map<Object, Object> members = new LinkedHashMap<>();
			named.forEach((name, member) -> members.put(name, plain(member)));
			return members;
		}
		return (value instanceof Collection<?> several) ? several.stream().map(RecordMembers::plain).toList() : value;
	}

}
