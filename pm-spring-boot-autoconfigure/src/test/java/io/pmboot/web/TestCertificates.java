package io.pmboot.web;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

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
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		for (String name : List.of("localhost", "other")) {
			try (InputStream certificate = new ClassPathResource(FOLDER + name + ".crt").getInputStream()) {
				store.setCertificateEntry(name,
						CertificateFactory.getInstance("X.509").generateCertificate(certificate));
			}
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(store);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

}
