using System.Threading.Tasks.Sources;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A source that gives one batch again and again, each time that it is told to, on the thread that tells it.</summary>
internal sealed class HandedBatches(ExampleBatch batch, FeatureSchema schema)
    : ExampleSource, IAsyncEnumerable<ExampleBatch>, IAsyncEnumerator<ExampleBatch>, IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core;

    public override FeatureSchema Schema => schema;

    public override bool CanRewind => false;

    public override bool IsDeterministic => false;

    public ExampleBatch Current => batch;

    public void Hand() => _core.SetResult(true);

    public void End() => _core.SetResult(false);

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken = default) => this;

    public IAsyncEnumerator<ExampleBatch> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync()
    {
        _core.Reset();
        return new(this, _core.Version);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public bool GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
