using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Kafka.Deltas.Assembly;
using Monolith.Embeddings.Kafka.Deltas.Messages;

namespace Monolith.Embeddings.Kafka.Deltas.Diagnostics;

/// <summary>What publishers and sources of deltas count, of all in the process together. Thread-safe.</summary>
internal static class KafkaDeltaMeter
{
    private static readonly Meter Meter = new(
        EmbeddingDiagnostics.MeterName, typeof(KafkaDeltaMeter).Assembly.GetName().Version?.ToString());

    public static readonly CountedKinds<DeltaMessageKind> Sent = new(
        Meter, "monolith.kafka.delta.sent_messages", "{message}", "Messages that brokers have acknowledged, by kind.", "kind");

    public static readonly Counter<long> SentBytes = Meter.CreateCounter<long>(
        "monolith.kafka.delta.sent_bytes", "By", "Bytes of messages that brokers have acknowledged.");

    public static readonly CountedKinds<PublishFailureKind> Failures = new(
        Meter, "monolith.kafka.delta.publish_failures", "{failure}", "How often deltas could not be published, by why.", "kind");

    public static readonly CountedKinds<MessageOutcome> Received = new(
        Meter, "monolith.kafka.delta.received_messages", "{message}", "Messages that replicas read, by what became of them.", "outcome");

    public static readonly CountedKinds<HealReason> Heals = new(
        Meter, "monolith.kafka.delta.heals", "{heal}", "How often replicas that follow a topic looked at their store, by why.", "reason");

    public static readonly Histogram<double> Delay = Meter.CreateHistogram(
        "monolith.kafka.delta.delay", "s", "From a commit's making to its being applied out of a topic, by the clocks of both machines.",
        tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600],
        });
}
