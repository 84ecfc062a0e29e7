    qkv = (self).linear(h, w[torch.add(at, ${QUERY_KEY_VALUE})], )
