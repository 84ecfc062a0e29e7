    q = (self).norm(torch.to(q, 6), w[torch.add(at, ${QUERY_NORM})], ${headWidth}, )
    k = (self).norm(torch.to(k, 6), w[torch.add(at, ${KEY_NORM})], ${headWidth}, )
