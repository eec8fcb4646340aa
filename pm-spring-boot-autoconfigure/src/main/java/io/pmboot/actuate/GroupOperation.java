package io.pmboot.actuate;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

import io.pmboot.GroupInfo;
import io.pmboot.Master;
import io.pmboot.actuate.OperationBody.Form;
import io.pmboot.actuate.PmStatus.GroupStatus;

import org.springframework.http.HttpHeaders;

/**
 * What is done to one group, which its status answers while the work goes on.
 */
final class GroupOperation implements Operation {

	static final String GROUP = "the name of a group, as a string";

	private static final String CHILDREN = "a number from 0 to %d, or \"auto\"".formatted(Master.MAX_CHILDREN);

	private static final String INDEX = "the number of a worker, from 0";

	private final Form form;

	private final BiFunction<String, OperationBody, CompletableFuture<GroupInfo>> action;

	private GroupOperation(Form form, BiFunction<String, OperationBody, CompletableFuture<GroupInfo>> action) {
		this.form = form;
		this.action = action;
	}

	static GroupOperation scale(Master master) {
		Form form = new Form("scale", "{\"group\":\"web\",\"children\":3}", List.of("group", "children"));
		return new GroupOperation(form,
				(group, body) -> CompletableFuture.completedFuture(master.scale(group, children(body))));
	}

	private static int children(OperationBody body) {
		if ("auto".equals(body.required("children", Object.class, CHILDREN))) {
			return Runtime.getRuntime().availableProcessors();
		}
		return body.integer("children", Master.MAX_CHILDREN, CHILDREN);
	}

	static GroupOperation restart(Master master) {
		Form form = new Form("restart", "{\"group\":\"web\",\"index\":0}", List.of("group", "index"));
		return new GroupOperation(form, (group, body) -> CompletableFuture.completedFuture((body.has("index"))
				? master.restart(group, body.integer("index", Integer.MAX_VALUE, INDEX)) : master.restart(group)));
	}

	static GroupOperation stop(Master master) {
		Form form = new Form("stop", "{\"group\":\"web\"}", List.of("group"));
		return new GroupOperation(form, (group, body) -> CompletableFuture.completedFuture(master.stop(group)));
	}

	static GroupOperation start(Master master) {
		Form form = new Form("start", "{\"group\":\"web\"}", List.of("group"));
		return new GroupOperation(form, (group, body) -> master.start(group));
	}

	@Override
	public String word() {
		return this.form.word();
	}

	@Override
	public CompletableFuture<JsonReply> perform(HttpHeaders headers, byte[] body) {
		OperationBody request = OperationBody.of(headers, body, this.form);
		return this.action.apply(request.required("group", String.class, GROUP), request)
			.thenApply((group) -> JsonReply.accepted(GroupStatus.named(group)));
	}

}
