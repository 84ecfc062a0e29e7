package dev.seeddiffusion.inference.generation;

import dev.seeddiffusion.common.chunk.ChunkKey;
import dev.seeddiffusion.common.generation.GenerationEvent;
import dev.seeddiffusion.diffusion.model.KvCache;
import dev.seeddiffusion.diffusion.sampling.Generation;
import dev.seeddiffusion.diffusion.sampling.Prompt;
import dev.seeddiffusion.diffusion.sampling.Resume;
import dev.seeddiffusion.diffusion.sampling.Sampler;
import dev.seeddiffusion.diffusion.sampling.SamplingEvent;
import dev.seeddiffusion.diffusion.sampling.SamplingSettings;
import dev.seeddiffusion.inference.prefix.PromptPrefix;
import dev.seeddiffusion.inference.scheduler.Admission.Place;
import dev.seeddiffusion.inference.scheduler.Job;
import java.nio.ByteBuffer;
import java.util.List;

/** One request on the device: begins with the prefix that was found, and tells what it makes. */
final class GenerationJob implements Job {

    private final String requestId;
    private final Sampler sampler;
    private final Prompt prompt;
    private final SamplingSettings settings;
    private final Resume resume;
    private final PromptPrefix prefix;
    private final EventBuffer events;
    private final Place place;
    private final TokenTexts texts;

    /**
     * @param prefix of {@code prompt}, as far as it was found
     * @param place left once the generation holds nothing any more
     */
    GenerationJob(
            String requestId,
            Sampler sampler,
            Prompt prompt,
            SamplingSettings settings,
            Resume resume,
            PromptPrefix prefix,
            EventBuffer events,
            Place place) {
        this.requestId = requestId;
        this.sampler = sampler;
        this.prompt = prompt;
        this.settings = settings;
        this.resume = resume;
        this.prefix = prefix;
        this.events = events;
        this.place = place;
        this.texts = new TokenTexts(sampler.tokenizer(), prompt);
    }

    @Override
    public boolean isCancelled() {
        return events.isCancelled();
    }

    @Override
    public boolean isLate() {
        return place.isLate();
    }

    @Override
    public Generation begin() {
        KvCache cache = sampler.cacheFor(prompt, settings);
        try {
            for (ByteBuffer chunk : prefix.chunks()) {
                cache.append(chunk, ChunkKey.CHUNK_TOKENS);
            }
            Generation generation = sampler.resume(prompt, settings, cache, resume);
            events.write(
                    new GenerationEvent.Started(
                            requestId, generation.promptTokens(), generation.cachedTokens()));
            stepped(generation, generation.begun());
            return generation;
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    @Override
    public void stepped(Generation generation, List<SamplingEvent> made) {
        prefix.computed(generation.cache());
        for (SamplingEvent event : made) {
            events.write(Sampling.event(event, prefix.choice(), texts));
        }
        if (generation.isFinished()) {
            events.complete();
        }
    }

    @Override
    public void failed(Throwable error) {
        events.fail(error);
    }

    @Override
    public void left() {
        place.leave(); // before a slow client has read the last event
    }
}
