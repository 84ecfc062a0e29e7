package dev.seeddiffusion.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Runs the api-service as a process of its own, in front of the replicas in {@code api.replicas}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(ApiServiceConfiguration.class)
public class ApiServiceApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(ApiServiceApplication.class, arguments);
    }
}
