package dev.seeddiffusion.api;

import org.springframework.boot.autoconfigure.AutoConfigurationExcludeFilter;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/**
 * All of the api-service, for applications that have more in them: import it and supply a {@code
 * GenerationBackend} bean. Without such a bean requests are routed to the replicas in {@code
 * api.replicas}.
 *
 * <p>Beans have their full class names, so that they meet no namesake from another service.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan(
        nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class,
        excludeFilters = {
            @Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class),
            @Filter(type = FilterType.CUSTOM, classes = AutoConfigurationExcludeFilter.class),
            @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = ApiServiceApplication.class)
        })
public class ApiServiceConfiguration {}
