package dev.seeddiffusion.cache;

import dev.seeddiffusion.common.settings.SettingsContract;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

class CacheSettingsTest extends SettingsContract {

    CacheSettingsTest() {
        super(Settings.class);
    }

    @ConfigurationPropertiesScan
    static class Settings {}
}
