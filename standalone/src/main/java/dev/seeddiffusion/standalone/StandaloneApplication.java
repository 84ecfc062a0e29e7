package dev.seeddiffusion.standalone;

import dev.seeddiffusion.api.ApiServiceConfiguration;
import dev.seeddiffusion.inference.InferenceConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Runs the services in one process: the API in front of a model in the same memory, and computed
 * prefixes kept there too. For one person on one machine.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ApiServiceConfiguration.class, InferenceConfiguration.class, ReadyMessage.class})
public class StandaloneApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(StandaloneApplication.class, arguments);
    }
}
