package io.pmboot.test;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom the clients trust. */
public final class Certificates {

	private Certificates() {
	}

	/**
	 * Trusts these certificates alone.
	 * @param certificates read one each, in PEM
	 * @return what to connect with
	 * @throws GeneralSecurityException where one is none
	 * @throws IOException where one cannot be read
	 */
	public static SSLContext trusting(InputStream... certificates) throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		for (InputStream certificate : certificates) {
			store.setCertificateEntry("server-" + store.size(),
					CertificateFactory.getInstance("X.509").generateCertificate(certificate));
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(store);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

}
