package io.pmboot.actuate;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a public record holds, as JSON has it: members by name, without those that are
 * {@code null}.
 */
final class RecordMembers {

	private RecordMembers() {
	}

	static Map<String, Object> of(Record value) {
		Map<String, Object> members = new LinkedHashMap<>();
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			Object member = json(read(component, value));
			if (member != null) {
				members.put(component.getName(), member);
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

	private static @Nullable Object json(@Nullable Object value) {
		if (value instanceof Record nested) {
			return of(nested);
		}
		return (value instanceof Collection<?> several) ? several.stream().map(RecordMembers::json).toList() : value;
	}

}
