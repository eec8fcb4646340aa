package io.pmboot.actuate;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.actuate.OperationBody.Form;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reloads one group, or all.
 */
class ReloadOperation implements Operation {

	private static final Form FORM = new Form("reload", "{\"group\":\"web\",\"wait\":true}", List.of("group", "wait"));

	private final Master master;

	ReloadOperation(Master master) {
		this.master = master;
	}

	@Override
	public String word() {
		return FORM.word();
	}

	/**
	 * Begins the reload.
	 * @return completes with the answer, on the master's event loop where it was waited
	 * for
	 */
	@Override
	public CompletableFuture<JsonReply> perform(HttpHeaders headers, byte[] body) {
		OperationBody request = OperationBody.of(headers, body, FORM);
		String group = request.optional("group", String.class, GroupOperation.GROUP);
		boolean wait = Boolean.TRUE.equals(request.optional("wait", Boolean.class, "true or false"));
		List<PendingReload> reloads = begin(group);
		return (wait) ? whenFinished(reloads) : CompletableFuture
			.completedFuture(JsonReply.accepted(reloads.stream().map(PendingReload::started).toList()));
	}

	private List<PendingReload> begin(@Nullable String group) {
		return (group != null) ? List.of(this.master.reload(group, Initiator.HTTP)) : this.master.reload(Initiator.HTTP);
	}

	private static CompletableFuture<JsonReply> whenFinished(List<PendingReload> reloads) {
		List<CompletableFuture<ReloadInfo>> outcomes = reloads.stream().map(PendingReload::finished).toList();
		return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
			.thenApply((finished) -> JsonReply.finished(outcomes.stream().map(CompletableFuture::join).toList()));
	}

}
