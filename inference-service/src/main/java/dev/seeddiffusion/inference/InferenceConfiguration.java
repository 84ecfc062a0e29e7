package dev.seeddiffusion.inference;

import org.springframework.boot.autoconfigure.AutoConfigurationExcludeFilter;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * All of the inference-service but its HTTP edge, for applications that have more in them: import
 * it and find a {@code GenerationBackend} bean, which runs the model that {@code inference.model}
 * names.
 *
 * <p>Beans have their full class names, so that they meet no namesake from another service.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan(
        nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class,
        excludeFilters = {
            @Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class),
            @Filter(type = FilterType.CUSTOM, classes = AutoConfigurationExcludeFilter.class),
            @Filter({RestController.class, RestControllerAdvice.class}),
            @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = InferenceServiceApplication.class)
        })
public class InferenceConfiguration {}
