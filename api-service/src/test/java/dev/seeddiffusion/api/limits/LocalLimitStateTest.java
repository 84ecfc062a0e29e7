package dev.seeddiffusion.api.limits;

class LocalLimitStateTest extends LimitStateContract {

    private final LimitState state = new LocalLimitState();

    @Override
    LimitState state() {
        return state;
    }
}
