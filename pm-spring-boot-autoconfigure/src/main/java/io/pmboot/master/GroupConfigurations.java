package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.control.Frame;

/**
 * Makes the settings of a group from what a new version of the application says of it, as
 * a master would that is started anew with the same command line. Called on the event
 * loop, where it does not block.
 */
public interface GroupConfigurations {

	/**
	 * The profiles for which the new version is to be asked.
	 * @return the active profiles of this master, at least one
	 */
	List<String> masterProfiles();

	/**
	 * Makes the settings.
	 * @param group the group's name
	 * @param configuration what the new version says
	 * @return completes on any thread with the settings, or exceptionally where they
	 * cannot be, with a message that says what is wrong, where, and what to do
	 */
	CompletionStage<GroupSettings> settings(String group, Frame.Configuration configuration);

}
