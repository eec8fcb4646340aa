package io.pmboot.message;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads objects as JSON, by the application's own JsonMapper, which is asked
 * for when it is needed first. Jackson is optional: without it this class is not used.
 */
public final class JsonPayloads {

	private final Supplier<@Nullable JsonMapper> mapper;

	/**
	 * Creates it.
	 * @param mapper supplies the application's mapper, or {@code null} where it has none,
	 * or several of which none is primary
	 */
	public JsonPayloads(Supplier<@Nullable JsonMapper> mapper) {
		this.mapper = mapper;
	}

	/**
	 * Writes an object.
	 * @param object the object
	 * @return its JSON
	 * @throws IllegalArgumentException where it cannot be written
	 */
	public byte[] write(Object object) {
		try {
			return mapper().writeValueAsBytes(object);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("A %s cannot be sent, because the JsonMapper cannot write it: %s"
				.formatted(object.getClass().getName(), ex.getOriginalMessage()), ex);
		}
	}

	<T> T read(byte[] json, Class<T> type) {
		try {
			return mapper().readValue(json, type);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("it is no JSON of that type: " + ex.getOriginalMessage(), ex);
		}
	}

	private JsonMapper mapper() {
		JsonMapper mapper = this.mapper.get();
		if (mapper == null) {
			throw new IllegalArgumentException(
					"Objects are sent as JSON, for which the application context has no single bean of type "
							+ JsonMapper.class.getName() + "; declare one, or send a String or a byte[]");
		}
		return mapper;
	}

}
