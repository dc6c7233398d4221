using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training.Publication;

/// <summary>Tells the meter what gates do. Thread-safe.</summary>
internal static class PublicationMeter
{
    private static readonly PublishedCounter Publications =
        new(TrainingInstruments.Publications, InstrumentTags.Kind, "published", "held");

    private static readonly Gauge<double> Held = EmbeddingMeter.Gauge(TrainingInstruments.PublicationHeld);
    private static readonly Gauge<double> ChangedShare = EmbeddingMeter.Gauge(TrainingInstruments.ChangedShare);

    /// <summary>Tells of a commit that is durable.</summary>
    public static void Committed(bool isHeld)
    {
        Publications.Add(1, isHeld ? 1 : 0);
        Held.Record(isHeld ? 1 : 0);
    }

    /// <summary>Tells of a look at the probe set.</summary>
    public static void Judged(double? changedShare)
    {
        if (changedShare is { } share) ChangedShare.Record(share);
    }
}
