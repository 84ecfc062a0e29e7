package dev.seeddiffusion.common.signon;

import dev.seeddiffusion.common.settings.SettingsContract;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

class SignOnSettingsTest extends SettingsContract {

    SignOnSettingsTest() {
        super(Settings.class, "sign-on.audience=service");
    }

    @EnableConfigurationProperties(SignOnProperties.class)
    static class Settings {}
}
