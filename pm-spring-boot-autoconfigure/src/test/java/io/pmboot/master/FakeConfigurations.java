package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.pmboot.control.Frame;
import io.pmboot.control.Frame.Configuration.Property;

/**
 * What new versions say of their group: a worker tells which generation it is of, and a
 * table has the settings.
 */
final class FakeConfigurations implements GroupConfigurations {

	private final FakeWorld world;

	private final Map<String, GroupSettings> started;

	private BiFunction<String, Integer, GroupSettings> versions;

	Duration takes = Duration.ofMillis(3);

	int asked;

	FakeConfigurations(FakeWorld world, GroupSettings... settings) {
		this.world = world;
		this.started = Stream.of(settings).collect(Collectors.toMap(GroupSettings::name, Function.identity()));
		this.versions = (group, generation) -> this.started.get(group);
	}

	/**
	 * From now on versions say this.
	 * @param versions by group and generation; throws where a version is invalid
	 */
	void versions(BiFunction<String, Integer, GroupSettings> versions) {
		this.versions = versions;
	}

	/**
	 * Without a world of its own: every version says the same of its group.
	 * @param settings the groups
	 * @return the configurations
	 */
	static GroupConfigurations same(GroupSettings... settings) {
		return new GroupConfigurations() {

			@Override
			public List<String> masterProfiles() {
				return List.of("master");
			}

			@Override
			public CompletionStage<GroupSettings> settings(String group, Frame.Configuration configuration) {
				return CompletableFuture.completedFuture(
						Stream.of(settings).filter((each) -> each.name().equals(group)).findFirst().orElseThrow());
			}

		};
	}

	static Frame.Configuration of(int generation) {
		return new Frame.Configuration(List.of(new Property("generation", String.valueOf(generation), "")));
	}

	@Override
	public List<String> masterProfiles() {
		return List.of("prod", "master");
	}

	@Override
	public CompletionStage<GroupSettings> settings(String group, Frame.Configuration configuration) {
		this.asked++;
		int generation = Integer.parseInt(configuration.properties().get(0).value());
		CompletableFuture<GroupSettings> settings = new CompletableFuture<>();
		this.world.loop().at(this.takes, () -> {
			try {
				settings.complete(this.versions.apply(group, generation));
			}
			catch (IllegalArgumentException ex) {
				settings.completeExceptionally(ex);
			}
		});
		return settings;
	}

}
