using System.Collections.Concurrent;
using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>Listens to the spans of the library. Those of tests beside are heard as well.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EmbeddingDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> All => [.. _spans];

    public IReadOnlyList<Activity> Of(string name) => [.. _spans.Where(span => span.OperationName == name)];

    public void Dispose() => _listener.Dispose();
}
