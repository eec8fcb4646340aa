package io.pmboot.web;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLContext;

import io.pmboot.test.Certificates;

import org.springframework.boot.web.server.Ssl;
import org.springframework.core.io.ClassPathResource;

/**
 * The self-signed certificates of the tests.
 */
public final class TestCertificates {

	private static final String FOLDER = "io/pmboot/web/tomcat/";

	private TestCertificates() {
	}

	public static Ssl ssl() {
		Ssl ssl = new Ssl();
		ssl.setCertificate("classpath:" + FOLDER + "localhost.crt");
		ssl.setCertificatePrivateKey("classpath:" + FOLDER + "localhost.key");
		return ssl;
	}

	public static SSLContext trusting() throws GeneralSecurityException, IOException {
		try (InputStream localhost = certificate("localhost"); InputStream other = certificate("other")) {
			return Certificates.trusting(localhost, other);
		}
	}

	private static InputStream certificate(String name) throws IOException {
		return new ClassPathResource(FOLDER + name + ".crt").getInputStream();
	}

}
