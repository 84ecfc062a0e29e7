package dev.seeddiffusion.inference;

import dev.seeddiffusion.common.settings.SettingsContract;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

class InferenceSettingsTest extends SettingsContract {

    InferenceSettingsTest() {
        super(Settings.class, "inference.model=models/nano");
    }

    @ConfigurationPropertiesScan
    static class Settings {}
}
