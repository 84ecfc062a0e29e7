// Clients of Node, unchanged, against a running platform: PLATFORM=http://127.0.0.1:8080 npm test
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createOpenAICompatible} from '@ai-sdk/openai-compatible';
import {generateText, streamText} from 'ai';
import OpenAI from 'openai';

const baseURL = `${process.env.PLATFORM ?? 'http://127.0.0.1:8080'}/v1`;
const prompt = 'def sum_even(numbers):\n    """Return the sum of the even numbers in numbers."""\n';
const messages = [{role: 'user', content: prompt}];
const model = 'nano';

const openai = new OpenAI({baseURL, apiKey: 'none is asked for', maxRetries: 0});
const chatModel = createOpenAICompatible({name: 'platform', baseURL})(model);

async function joined(texts) {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

test('openai lists models', async () => {
  const models = await openai.models.list();
  assert.deepEqual(models.data.map((it) => it.id), [model]);
});

test('openai completes', async () => {
  const completion = await openai.completions.create({model, prompt, max_tokens: 96, logprobs: 0});
  assert.ok(completion.choices[0].text.includes('return'));
  assert.ok(completion.choices[0].logprobs.token_logprobs.every((it) => it <= 0));
});

test('openai chats, and streams the same', async () => {
  const whole = await openai.chat.completions.create({model, messages, max_completion_tokens: 96});
  const stream = await openai.chat.completions.create({
    model, messages, max_completion_tokens: 96, stream: true, stream_options: {include_usage: true}, diffusing: true,
  });
  let text = '';
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
});

test('openai is told which parameter is wrong', async () => {
  await assert.rejects(openai.chat.completions.create({model, messages, top_logprobs: 3}), (error) => {
    assert.equal(error.status, 400);
    assert.equal(error.param, 'top_logprobs');
    return true;
  });
});

test('openai cancels, and the next request is served', async () => {
  const stream = await openai.chat.completions.create({
    model, messages, max_tokens: 300, stream: true, decoding: 'autoregressive',
  });
  for await (const _ of stream) break;
  assert.ok(stream.controller.signal.aborted);
  await openai.models.list();
});

test('the AI SDK chats, streams the same, and raises errors', async () => {
  const {text, finishReason} = await generateText({model: chatModel, prompt, maxOutputTokens: 96, maxRetries: 0});
  assert.equal(finishReason, 'stop');
  assert.equal(await joined(streamText({model: chatModel, prompt, maxOutputTokens: 96, maxRetries: 0}).textStream), text);
  const other = createOpenAICompatible({name: 'platform', baseURL})('another');
  await assert.rejects(generateText({model: other, prompt, maxRetries: 0}), /ask for 'nano'/);
});
