namespace KafkaFreshness;

/// <summary>How long events took into a replica, in milliseconds.</summary>
/// <param name="Events">How many.</param>
/// <param name="Middle">The median.</param>
/// <param name="Late">The 99th percentile.</param>
/// <param name="Longest">The longest.</param>
/// <param name="ByTopic">How many of the replica's versions came by the topic.</param>
internal sealed record Freshness(int Events, double Middle, double Late, double Longest, string ByTopic);
