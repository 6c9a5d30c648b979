package dev.spoa.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An HTTP client. It keeps its connections, so that requests one after the other share one. */
final class Client implements AutoCloseable {
    /** Above {@code timeout processing}, so that it is HAProxy that tells what went wrong. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Sends GET; the headers are names and values in turn. */
    Answer get(URI uri, String... headers) throws IOException, InterruptedException {
        return send(request(uri, headers).build());
    }

    CompletableFuture<Answer> getAsync(URI uri, String... headers) {
        long start = System.nanoTime();
        return http.sendAsync(request(uri, headers).build(), BodyHandlers.ofString())
                .thenApply(response -> answer(response, start));
    }

    CompletableFuture<Answer> postAsync(URI uri, byte[] body) {
        long start = System.nanoTime();
        return http.sendAsync(request(uri).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString())
                .thenApply(response -> answer(response, start));
    }

    Answer post(URI uri, byte[] body, String... headers) throws IOException, InterruptedException {
        return send(request(uri, headers).POST(BodyPublishers.ofByteArray(body)).build());
    }

    Answer send(String method, URI uri) throws IOException, InterruptedException {
        return send(request(uri).method(method, BodyPublishers.noBody()).build());
    }

    private static HttpRequest.Builder request(URI uri, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        long start = System.nanoTime();
        return answer(http.send(request, BodyHandlers.ofString()), start);
    }

    private static Answer answer(HttpResponse<String> response, long start) {
        return new Answer(response.statusCode(), response.headers(), response.body(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void close() {
        http.close();
    }
}
