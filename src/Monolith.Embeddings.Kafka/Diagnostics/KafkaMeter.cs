using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Kafka.Diagnostics;

/// <summary>The instruments of sources over topics.</summary>
internal static class KafkaMeter
{
    private static readonly Meter Meter = new(
        EmbeddingDiagnostics.MeterName, typeof(KafkaMeter).Assembly.GetName().Version?.ToString());

    public static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "monolith.kafka.messages", "{message}", "Messages that were read.");

    public static readonly Counter<long> Faults = Meter.CreateCounter<long>(
        "monolith.kafka.faults", "{fault}", "What kept a source from going on as usual, by kind.");

    public static readonly Counter<long> Deleted = Meter.CreateCounter<long>(
        "monolith.kafka.deleted_messages", "{message}", "Messages that the broker had deleted before they were read, passed over.");

    public static readonly Counter<long> FailedCommits = Meter.CreateCounter<long>(
        "monolith.kafka.failed_offset_commits", "{commit}", "Commits of offsets to the broker that failed.");

    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "monolith.kafka.dead_letters", "{message}", "Messages that could not be read and were written to a dead-letter topic.");
}
