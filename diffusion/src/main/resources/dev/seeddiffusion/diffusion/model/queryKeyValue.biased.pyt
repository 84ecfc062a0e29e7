    qkv = (self).biased(h, w[torch.add(at, ${QUERY_KEY_VALUE})], torch.to(w[torch.add(at, ${QUERY_KEY_VALUE_BIAS})], ${dtype}), )
