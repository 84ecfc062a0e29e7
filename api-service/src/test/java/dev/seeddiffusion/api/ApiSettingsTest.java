package dev.seeddiffusion.api;

import dev.seeddiffusion.common.settings.SettingsContract;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

class ApiSettingsTest extends SettingsContract {

    ApiSettingsTest() {
        super(Settings.class, "api.replicas=http://127.0.0.1:8081");
    }

    @ConfigurationPropertiesScan
    static class Settings {}
}
