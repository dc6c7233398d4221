namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    /// <summary>How far the newest event time of what the replica holds is behind the clock; null where none is known.</summary>
    internal TimeSpan? EventTimeLag =>
        Version.EventTime == DateTimeOffset.UnixEpoch ? null : _timeProvider.GetUtcNow() - Version.EventTime;
}
