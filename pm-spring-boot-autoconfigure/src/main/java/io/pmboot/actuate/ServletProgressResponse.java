package io.pmboot.actuate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The steps of reloads, each sent when it happens. Spring's own streaming response ends
 * with the server's time-out, which is shorter than a reload may be.
 */
final class ServletProgressResponse implements ServerResponse {

	private final ReloadProgress progress;

	ServletProgressResponse(ReloadProgress progress) {
		this.progress = progress;
	}

	@Override
	public HttpStatusCode statusCode() {
		return HttpStatus.OK;
	}

	@Override
	public HttpHeaders headers() {
		return new HttpHeaders();
	}

	@Override
	public MultiValueMap<String, Cookie> cookies() {
		return new LinkedMultiValueMap<>();
	}

	@Override
	public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
			throws IOException {
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.setCharacterEncoding(StandardCharsets.UTF_8.name());
		AsyncContext async = request.startAsync(request, response);
		async.setTimeout(0);
		if (!this.progress.follow(new ResponseLines(async))) {
			response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
			response.getOutputStream().write(ReloadText.CROWDED.getBytes(StandardCharsets.UTF_8));
			async.complete();
		}
		return null;
	}

	/**
	 * The body of a response.
	 *
	 * @param async the response
	 */
	private record ResponseLines(AsyncContext async) implements ReloadProgress.Lines {

		@Override
		public void write(String line) throws IOException {
			OutputStream body = this.async.getResponse().getOutputStream();
			body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
			body.flush();
		}

		@Override
		public void end() {
			this.async.complete();
		}

	}

}
