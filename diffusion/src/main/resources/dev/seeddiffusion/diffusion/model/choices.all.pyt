    return logits
