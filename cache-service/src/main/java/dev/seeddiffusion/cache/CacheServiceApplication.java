package dev.seeddiffusion.cache;

import dev.seeddiffusion.common.signon.ServiceSecurity;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** Runs the cache service as a process of its own. */
@SpringBootApplication
@Import(ServiceSecurity.class)
public class CacheServiceApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(CacheServiceApplication.class, arguments);
    }
}
