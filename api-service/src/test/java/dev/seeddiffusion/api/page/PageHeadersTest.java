package dev.seeddiffusion.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seeddiffusion.api.ApiServiceTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;

@ApiServiceTest
class PageHeadersTest {

    @LocalServerPort private int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page/page.js",
                "/page/page.css",
                "/page/icon.svg",
                "/webjars/codemirror/lib/codemirror.js",
                "/webjars/codemirror/lib/codemirror.css",
                "/webjars/codemirror/mode/python/python.js"
            })
    void a_file_of_the_page_is_there_and_says_what_the_page_may_do(String path) {
        WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .build()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .value(
                        "Content-Security-Policy",
                        policy ->
                                assertThat(policy)
                                        .contains("default-src 'none'", "script-src 'self'")
                                        .doesNotContain("unsafe", "http", "*"));
    }
}
