package dev.seeddiffusion.api.security;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

/** Everything that the service answers, as it was mapped: what is added is in the list. */
record Endpoints(List<Endpoint> all) {

    /**
     * @param path with {@code x} for each variable
     */
    record Endpoint(HttpMethod method, String path) {

        boolean isHealth() {
            return path.startsWith("/actuator/health");
        }
    }

    static Endpoints of(ApplicationContext context) {
        return new Endpoints(
                context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().stream()
                        .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                        .flatMap(Endpoints::endpoints)
                        .distinct()
                        .sorted(Comparator.comparing(Endpoint::toString))
                        .toList());
    }

    List<Endpoint> closed() {
        return all.stream().filter(endpoint -> !endpoint.isHealth()).toList();
    }

    private static Stream<Endpoint> endpoints(RequestMappingInfo mapping) {
        Set<RequestMethod> methods = mapping.getMethodsCondition().getMethods();
        return mapping.getPatternsCondition().getPatterns().stream()
                .map(pattern -> pattern.getPatternString().replaceAll("\\{[^}]*}", "x"))
                .flatMap(
                        path ->
                                (methods.isEmpty()
                                                ? Stream.of(HttpMethod.GET, HttpMethod.POST)
                                                : methods.stream().map(RequestMethod::asHttpMethod))
                                        .map(method -> new Endpoint(method, path)));
    }
}
