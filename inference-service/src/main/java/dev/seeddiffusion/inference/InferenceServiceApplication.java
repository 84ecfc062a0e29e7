package dev.seeddiffusion.inference;

import dev.seeddiffusion.common.signon.ServiceSecurity;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Runs the inference-service as a process of its own: the model, and its HTTP edge. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({InferenceConfiguration.class, ServiceSecurity.class})
@ComponentScan(
        useDefaultFilters = false,
        includeFilters = @Filter({RestController.class, RestControllerAdvice.class}))
public class InferenceServiceApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(InferenceServiceApplication.class, arguments);
    }
}
