package io.pmboot.env;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Keeps the application's {@code server.*} from the web server of the master, which then
 * has Boot's defaults: no SSL, no context path, no access log that a worker writes too.
 */
public final class ServerPropertiesAdvisor implements ConfigurationPropertiesBindHandlerAdvisor {

	static final String FORWARD_HEADERS = "server.forward-headers-strategy";

	private static final ConfigurationPropertyName SERVER = ConfigurationPropertyName.of("server");

	/**
	 * Passed on, as {@link MasterDefaults} sets it: by default Boot trusts these headers
	 * on some cloud platforms.
	 */
	private static final ConfigurationPropertyName PASSED_ON = ConfigurationPropertyName.of(FORWARD_HEADERS);

	@Override
	public BindHandler apply(BindHandler bindHandler) {
		return new AbstractBindHandler(bindHandler) {

			@Override
			public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
					BindContext context) {
				boolean hidden = SERVER.isAncestorOf(name) && !PASSED_ON.equals(name);
				return hidden ? null : super.onStart(name, target, context);
			}

		};
	}

}
