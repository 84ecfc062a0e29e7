package dev.seeddiffusion.system;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * As much of a browser as a login takes: it follows redirects, keeps cookies by host and port, and
 * fills in a form. Like a browser it sends cookies marked as secure to loopback without TLS.
 */
final class Browser {

    private static final int MAX_REDIRECTS = 10;
    private static final Pattern FORM = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Map<String, String>> cookies = new HashMap<>();
    private final List<URI> visited = new ArrayList<>();

    /** Every address so far, those of redirects too. */
    List<URI> visited() {
        return visited;
    }

    /** The value of a cookie that {@code host} set. */
    String cookie(URI host, String name) {
        return cookies.getOrDefault(host.getAuthority(), Map.of()).getOrDefault(name, "");
    }

    HttpResponse<String> open(URI address) throws IOException, InterruptedException {
        return follow(send(HttpRequest.newBuilder(address).header("Accept", "text/html")));
    }

    /** Fills in the only form of {@code page} and sends it. */
    HttpResponse<String> submit(HttpResponse<String> page, Map<String, String> fields)
            throws IOException, InterruptedException {
        Matcher form = FORM.matcher(page.body());
        if (!form.find()) {
            throw new AssertionError("No form: " + page.statusCode() + "\n" + page.body());
        }
        URI action = page.uri().resolve(form.group(1).replace("&amp;", "&"));
        String body =
                fields.entrySet().stream()
                        .map(
                                it ->
                                        it.getKey()
                                                + "="
                                                + URLEncoder.encode(
                                                        it.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return follow(
                send(
                        HttpRequest.newBuilder(action)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(body))));
    }

    /** As a script of a page does, which follows nothing. */
    HttpResponse<String> post(URI address, String json, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private HttpResponse<String> follow(HttpResponse<String> response)
            throws IOException, InterruptedException {
        HttpResponse<String> last = response;
        for (int i = 0; i < MAX_REDIRECTS && last.statusCode() / 100 == 3; i++) {
            URI next = last.uri().resolve(last.headers().firstValue("Location").orElseThrow());
            last = send(HttpRequest.newBuilder(next).header("Accept", "text/html"));
        }
        return last;
    }

    private HttpResponse<String> send(HttpRequest.Builder builder)
            throws IOException, InterruptedException {
        URI address = builder.build().uri();
        visited.add(address);
        Map<String, String> jar =
                cookies.computeIfAbsent(address.getAuthority(), _ -> new HashMap<>());
        if (!jar.isEmpty()) {
            builder.header(
                    "Cookie",
                    jar.entrySet().stream()
                            .map(it -> it.getKey() + "=" + it.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> response =
                http.send(
                        builder.timeout(Duration.ofMinutes(1)).build(),
                        HttpResponse.BodyHandlers.ofString());
        for (String header : response.headers().allValues("Set-Cookie")) {
            String[] cookie = header.split(";", 2)[0].split("=", 2);
            if (cookie[1].isEmpty() || header.toLowerCase(Locale.ROOT).contains("max-age=0")) {
                jar.remove(cookie[0]);
            } else {
                jar.put(cookie[0], cookie[1]);
            }
        }
        return response;
    }
}
