package io.pmboot.actuate;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.actuate.OperationBody.Form;

import org.springframework.http.HttpHeaders;

/**
 * What begins a reload or ends one, which its outcome answers where that is waited for.
 */
final class ReloadOperation implements Operation {

	private static final String ID = "the id of a reload, as a string";

	private final Form form;

	private final Function<OperationBody, List<PendingReload>> action;

	private ReloadOperation(Form form, Function<OperationBody, List<PendingReload>> action) {
		this.form = form;
		this.action = action;
	}

	static ReloadOperation reload(Master master) {
		Form form = new Form("reload", "{\"group\":\"web\",\"wait\":true}", List.of("group", "wait"));
		return new ReloadOperation(form, (body) -> {
			String group = body.optional("group", String.class, GroupOperation.GROUP);
			return (group != null) ? List.of(master.reload(group, Initiator.HTTP)) : master.reload(Initiator.HTTP);
		});
	}

	static ReloadOperation rollback(Master master) {
		Form form = new Form("rollback", "{\"group\":\"web\",\"wait\":true}", List.of("group", "wait"));
		return new ReloadOperation(form, (body) -> List
			.of(master.rollback(body.required("group", String.class, GroupOperation.GROUP), Initiator.HTTP)));
	}

	static ReloadOperation cancel(Master master) {
		Form form = new Form("cancel", "{\"id\":\"web-2\"}", List.of("id"));
		return new ReloadOperation(form, (body) -> List.of(master.cancel(body.required("id", String.class, ID))));
	}

	@Override
	public String word() {
		return this.form.word();
	}

	/**
	 * Asks the master.
	 * @return completes with the answer, on a thread of the common pool where it was
	 * waited for
	 */
	@Override
	public CompletableFuture<JsonReply> perform(HttpHeaders headers, byte[] body) {
		OperationBody request = OperationBody.of(headers, body, this.form);
		boolean wait = Boolean.TRUE.equals(request.optional("wait", Boolean.class, "true or false"));
		List<PendingReload> reloads = this.action.apply(request);
		return (wait) ? whenFinished(reloads) : CompletableFuture
			.completedFuture(JsonReply.accepted(reloads.stream().map(PendingReload::started).toList()));
	}

	private static CompletableFuture<JsonReply> whenFinished(List<PendingReload> reloads) {
		List<CompletableFuture<ReloadInfo>> outcomes = reloads.stream().map(PendingReload::finished).toList();
		return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
			.thenApply((finished) -> JsonReply.finished(outcomes.stream().map(CompletableFuture::join).toList()));
	}

}
