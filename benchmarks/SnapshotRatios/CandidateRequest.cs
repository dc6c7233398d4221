using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;

namespace SnapshotRatios;

/// <summary>A request of 500 candidates with random rows: 26 slots, half of them the user's.</summary>
internal sealed class CandidateRequest(ReplicaSubject subject, int seed)
{
    public const int Candidates = 500;

    private readonly float[] _scores = new float[Candidates];
    private readonly Random _random = new(seed);

    /// <summary>The time of writing and predicting one.</summary>
    public double Time(Predictor predictor) => Interleaved.Time(() =>
    {
        using var request = predictor.Rent(Candidates);
        Write(request.Shared, 0, ReplicaSubject.SharedSlots);
        for (var i = 0; i < Candidates; i++) Write(request.Add(), ReplicaSubject.SharedSlots, ReplicaSubject.Slots);
        predictor.Predict(request, _scores);
    });

    private void Write(FeatureWriter writer, int first, int end)
    {
        for (var slot = first; slot < end; slot++) writer.Id(subject.SlotsOfItems[slot], subject.RandomId(_random));
    }
}
