package dev.seeddiffusion.api.completion;

/** What is to be written for one request. */
sealed interface Work permits PromptText, InfillText {}
