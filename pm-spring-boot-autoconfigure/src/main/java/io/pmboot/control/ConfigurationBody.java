package io.pmboot.control;

import java.util.ArrayList;
import java.util.List;

import io.pmboot.control.Message.Configuration;
import io.pmboot.control.Message.Configuration.Property;

/**
 * The body of {@link Configuration}.
 */
final class ConfigurationBody {

	/** Three strings, empty at least. */
	private static final int LEAST_BYTES = 3 * Integer.BYTES;

	private ConfigurationBody() {
	}

	static Configuration read(MessageBody body) {
		int count = body.readCount(LEAST_BYTES);
		List<Property> properties = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			properties.add(new Property(body.readString(), body.readString(), body.readString()));
		}
		return new Configuration(properties);
	}

	static void write(MessageBody body, Configuration configuration) {
		body.writeInt(configuration.properties().size());
		configuration.properties()
			.forEach((property) -> body.writeString(property.name())
				.writeString(property.value())
				.writeString(property.origin()));
	}

}
