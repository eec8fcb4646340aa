package io.pmboot.autoconfigure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.WorkerConnection;

/**
 * The listeners that the master passed to this worker, in the order of the group's
 * configuration.
 *
 * @param all the listeners, none for a group without
 */
record AdoptedListeners(List<AdoptedListener> all) {

	static AdoptedListeners receive(WorkerConnection connection) throws IOException {
		List<AdoptedListener> adopted = new ArrayList<>();
		for (FileDescriptor descriptor : connection.receiveListeners()) {
			adopted.add(AdoptedListener.adopt(descriptor.intValue()));
		}
		return new AdoptedListeners(List.copyOf(adopted));
	}

}
