package dev.seeddiffusion.cache;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Runs the cache service as a process of its own. */
@SpringBootApplication
public class CacheServiceApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(CacheServiceApplication.class, arguments);
    }
}
