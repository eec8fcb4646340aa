package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.master.GroupSettings;
import io.pmboot.master.HeartbeatSettings;
import io.pmboot.process.WorkerLaunch.Program;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketAccess;

/**
 * Makes the settings of the groups from valid properties.
 */
final class GroupSettingsMapper {

	private GroupSettingsMapper() {
	}

	static List<GroupSettings> groups(PmProperties properties) {
		return properties.getGroups()
			.entrySet()
			.stream()
			.map((entry) -> group(PmPropertiesRules.name(entry.getKey()), entry.getValue(), properties.getWorker()))
			.toList();
	}

	private static GroupSettings group(String name, GroupProperties group, PmProperties.Worker worker) {
		Program program = new Program(group.getProfiles(), group.getJvmOptions(), group.getArguments(),
				group.getEnvironment(), group.getMainClass(),
				(group.getApplication() != null) ? group.getApplication().toPath() : null);
		return new GroupSettings(name, group.getListen().stream().map(ListenAddress::parse).toList(),
				children(group.getChildren().trim()), program, group.getMaxFatalRestart(), group.getPauseAfterFatal(),
				group.getStartTimeout(), group.getTerminateTimeout(), group.getReload().settings(),
				SocketAccess.parse(group.getUnixSocket().getMode(), group.getUnixSocket().getOwner()),
				group.isSerialStart(), new HeartbeatSettings(worker.getHeartbeatInterval(), group.getMaxHeartbeatLost(),
						group.getMaxGcPercent()));
	}

	private static int children(String children) {
		return "auto".equals(children) ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(children);
	}

}
