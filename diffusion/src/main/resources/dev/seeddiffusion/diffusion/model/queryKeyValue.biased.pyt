    qkv = torch.linear(torch.to(h, ${dtype}), torch.to(w[torch.add(at, ${QUERY_KEY_VALUE})], ${dtype}), torch.to(w[torch.add(at, ${QUERY_KEY_VALUE_BIAS})], ${dtype}))
