package dev.seeddiffusion.standalone;

import dev.seeddiffusion.inference.model.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.client.WebClient;

/** The platform on the shipped model, started once for all tests that use it. */
final class ShippedModel {

    private static final ConfigurableApplicationContext APPLICATION =
            new SpringApplication(StandaloneApplication.class, OwnThreads.class)
                    .run(
                            "--server.port=0",
                            "--inference.model=../models/nano",
                            "--inference.queue-limit=1000");

    /** The threads that are shared by default end with any application of this process. */
    @Configuration(proxyBeanMethods = false)
    static class OwnThreads {

        @Bean
        ReactorResourceFactory ownThreads() {
            ReactorResourceFactory threads = new ReactorResourceFactory();
            threads.setUseGlobalResources(false);
            return threads;
        }
    }

    private ShippedModel() {}

    static String uri() {
        return "http://127.0.0.1:" + APPLICATION.getEnvironment().getProperty("local.server.port");
    }

    static WebClient client() {
        return WebClient.builder()
                .baseUrl(uri())
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 << 20))
                .build();
    }

    /** The thread that all forwards wait for. */
    static Executor device() {
        return APPLICATION.getBean(ModelHost.class).device();
    }

    /** The value of a meter without tags. */
    static double count(String meter) {
        return APPLICATION.getBean(MeterRegistry.class).get(meter).counter().count();
    }

    static double gauge(String meter) {
        return APPLICATION.getBean(MeterRegistry.class).get(meter).gauge().value();
    }
}
