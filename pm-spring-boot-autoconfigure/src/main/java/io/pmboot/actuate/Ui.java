package io.pmboot.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.pmboot.GroupInfo;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.master.InitiatedMaster;

import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * The page for a browser, one file without anything from elsewhere, and what it is told
 * while it is open. It changes things by the operations of the endpoint alone.
 */
class Ui {

	/** Below the endpoint's path. */
	static final String PATH = "ui";

	/** What is told to a page for which there is no room. */
	static final String CROWDED = "event: crowded\ndata: %d pages are open already\n".formatted(Followers.MAX);

	private static final long PERIOD_MILLIS = 1000;

	private final InitiatedMaster master;

	private final ApplicationContext context;

	private final Followers followers = new Followers("pm-ui");

	private final JsonReply page = page();

	private volatile boolean closed;

	Ui(InitiatedMaster master, ApplicationContext context) {
		this.master = master;
		this.context = context;
	}

	private static JsonReply page() {
		try (InputStream file = Objects.requireNonNull(Ui.class.getResourceAsStream("ui.html"))) {
			byte[] bytes = file.readAllBytes();
			HttpHeaders headers = new HttpHeaders();
			headers.setContentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
			headers.setCacheControl("no-cache");
			headers.set("Content-Security-Policy",
					"default-src 'none'; connect-src 'self'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
						.formatted(hash(new String(bytes, StandardCharsets.UTF_8))));
			headers.set("X-Content-Type-Options", "nosniff");
			headers.set("Referrer-Policy", "no-referrer");
			return new JsonReply(HttpStatus.OK, headers, bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// Of its one script, which alone a browser then runs.
	private static String hash(String page) {
		String script = page.substring(page.indexOf("<script>") + "<script>".length(), page.indexOf("</script>"));
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
			return Base64.getEncoder().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The page itself. */
	JsonReply reply() {
		return this.page;
	}

	/**
	 * The workers have drained: a page that is open is not to hold up the master's end.
	 */
	@EventListener
	void onClosed(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.closed = true;
			this.followers.tell(event);
		}
	}

	@EventListener({ ReloadProgressEvent.class, ReloadFinishedEvent.class, WorkerReadyEvent.class,
			WorkerExitedEvent.class })
	void onEvent(Object event) {
		this.followers.tell(event);
	}

	/**
	 * Tells a page what is, each second and when something happens, as server-sent
	 * events. Returns at once, {@code false} where there is no room for one more.
	 */
	boolean follow(Followers.Lines lines, Runnable end) {
		return this.followers.add((events) -> {
			while (!this.closed) {
				lines.write("data: %s\n".formatted(live()));
				events.poll(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
				events.clear();
			}
		}, end);
	}

	private String live() {
		Map<String, Object> queues = new LinkedHashMap<>();
		for (GroupInfo group : this.master.groups()) {
			Map<String, Object> waiting = new LinkedHashMap<>();
			for (String address : group.listen()) {
				Integer length = this.master.waiting(group.name(), address);
				if (length != null) {
					waiting.put(address, length);
				}
			}
			queues.put(group.name(), waiting);
		}
		return RecordMembers.json(Map.of("status", RecordMembers.of(PmStatus.of(this.master)), "queues", queues,
				"reloads", this.master.reloads().stream().map(RecordMembers::of).toList()));
	}

}
