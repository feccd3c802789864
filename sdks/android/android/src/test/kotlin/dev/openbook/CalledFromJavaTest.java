package dev.openbook;

import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import com.sun.net.httpserver.HttpServer;
import dev.openbook.core.Consent;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.After;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

/** Every call, as an app in Java writes it. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 35, manifest = Config.NONE)
public class CalledFromJavaTest {
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();

    @After
    public void end() {
        Openbook.INSTANCE.forget$openbook_android();
    }

    @Test
    public void everyCallIsTaken() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/v1/b", exchange -> {
            boolean isPacked = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            received.add(new String((isPacked ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()).readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        String host = "http://127.0.0.1:" + server.getAddress().getPort();
        Openbook.setup(RuntimeEnvironment.getApplication(), "KEY", host, Consent.REQUIRED);
        Openbook.setup(RuntimeEnvironment.getApplication(), "KEY", host);
        Openbook.setup(RuntimeEnvironment.getApplication(), "KEY", host, null, false);
        Openbook.consent(true);
        Openbook.screen("Cart");
        Openbook.screen("Cart", Collections.singletonMap("step", 2));
        Openbook.track("Paid");
        Openbook.track("Paid", Collections.singletonMap("total", 12.5));
        Openbook.identify("42");
        Openbook.identify("42", Collections.singletonMap("email", "ada@example.com"));
        Openbook.identify("42", null, "a.b.c");
        Openbook.setPushToken("abc");
        Openbook.setPushToken(null);
        Openbook.setUnreadListener(count -> {});
        Openbook.setUnreadListener(null);
        Openbook.openChat(Robolectric.buildActivity(Activity.class).setup().get());
        Openbook.reset();
        Openbook.flush();
        String first = received.poll(20, TimeUnit.SECONDS);
        assertNotNull(first);
        assertTrue(first, first.contains("\"name\":\"Cart\""));
        server.stop(0);
    }
}
